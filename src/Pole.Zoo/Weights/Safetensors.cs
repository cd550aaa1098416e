using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>
/// Reads and writes the safetensors container: an 8-byte little-endian header length, a JSON header with the type, shape and
/// byte range of each tensor, then the bytes (https://github.com/huggingface/safetensors).
/// </summary>
public static class Safetensors
{
    private const long HeaderLimit = 100_000_000;

    private static readonly Dictionary<string, ScalarType> Types = new(StringComparer.Ordinal)
    {
        ["F64"] = ScalarType.Float64, ["F32"] = ScalarType.Float32, ["F16"] = ScalarType.Float16, ["BF16"] = ScalarType.BFloat16,
        ["I64"] = ScalarType.Int64, ["I32"] = ScalarType.Int32, ["I16"] = ScalarType.Int16, ["I8"] = ScalarType.Int8,
        ["U8"] = ScalarType.Byte, ["BOOL"] = ScalarType.Bool,
    };

    /// <summary>Reads every tensor of a file to the CPU. The caller owns them.</summary>
    /// <exception cref="ExperimentException">The file is missing, truncated or not safetensors.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var (header, start) = ReadHeader(stream, path);
            using (header)
            {
                var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
                foreach (var entry in header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
                    tensors[entry.Name] = ReadTensor(stream, start, entry, path);
                return tensors;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
                                              or InvalidOperationException or FormatException)
        {
            throw new ExperimentException($"{path}: cannot be read as safetensors: {exception.Message}", exception);
        }
    }

    /// <summary>Writes tensors to a file, which is replaced.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        var header = new Dictionary<string, object>(StringComparer.Ordinal);
        long offset = 0;
        var ordered = tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        foreach (var (name, tensor) in ordered)
        {
            var size = tensor.numel() * tensor.element_size();
            header[name] = new Dictionary<string, object>
            {
                ["dtype"] = Types.First(type => type.Value == tensor.dtype).Key,
                ["shape"] = tensor.shape,
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
            stream.Write(tensor.detach().cpu().contiguous().bytes);
        }
    }

    private static (JsonDocument Header, long Start) ReadHeader(FileStream stream, string path)
    {
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (length is < 2 or > HeaderLimit || length > stream.Length - 8)
            throw new ExperimentException($"{path}: not a safetensors file (its header would be {length} bytes long)");
        var header = new byte[length];
        stream.ReadExactly(header);
        return (JsonDocument.Parse(header), 8 + length);
    }

    private static Tensor ReadTensor(FileStream stream, long start, JsonProperty entry, string path)
    {
        var typeName = entry.Value.GetProperty("dtype").GetString() ?? "";
        if (!Types.TryGetValue(typeName, out var type))
            throw new ExperimentException($"{path}: tensor '{entry.Name}' has the unsupported type {typeName}");
        var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        var offsets = entry.Value.GetProperty("data_offsets");
        var (from, to) = (offsets[0].GetInt64(), offsets[1].GetInt64());

        var tensor = empty(shape, dtype: type);
        var size = tensor.numel() * tensor.element_size();
        if (from < 0 || to - from != size || start + to > stream.Length)
        {
            tensor.Dispose();
            throw new ExperimentException($"{path}: tensor '{entry.Name}' needs {size} bytes, the file gives {from}..{to} of {stream.Length - start}; is it truncated?");
        }

        stream.Position = start + from;
        if (size > 0) stream.ReadExactly(tensor.bytes);
        return tensor;
    }
}
