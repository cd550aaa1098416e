using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>Whole safetensors files at once; <see cref="WeightFile"/> reads them tensor by tensor.</summary>
public static class Safetensors
{
    /// <summary>Reads every tensor of a file to the CPU. The caller owns them.</summary>
    /// <exception cref="ExperimentException">The file is missing, truncated or not safetensors.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        using var file = WeightFile.Open(path);
        return file.Tensors.ToDictionary(entry => entry.Key, entry => entry.Value.Read(), StringComparer.Ordinal);
    }

    /// <summary>Writes tensors to a file, which is replaced.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors) =>
        Write(path, tensors.ToDictionary(entry => entry.Key, entry => StoredTensor.Of(entry.Value), StringComparer.Ordinal));

    /// <summary>Writes tensors to a file, which is replaced; one tensor is in memory at a time.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        var header = new Dictionary<string, object>(StringComparer.Ordinal);
        long offset = 0;
        var ordered = tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        foreach (var (name, tensor) in ordered)
        {
            var size = tensor.Count * TensorStorage.ElementSize(tensor.Type);
            header[name] = new Dictionary<string, object>
            {
                ["dtype"] = SafetensorsFile.Types.First(type => type.Value == tensor.Type).Key,
                ["shape"] = tensor.Shape,
                ["data_offsets"] = new[] { offset, offset + size },
            };
            offset += size;
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        // The format asks for an aligned start of the data; readers accept trailing spaces in the header.
        var padded = new byte[(json.Length + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);

        using var stream = File.Create(path);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, padded.Length);
        stream.Write(length);
        stream.Write(padded);
        foreach (var (_, tensor) in ordered)
        {
            using var scope = NewDisposeScope();
            stream.Write(tensor.Read().detach().cpu().contiguous().bytes);
        }
    }
}
