using System.IO.MemoryMappedFiles;
using System.Text.Json;
using System.Text.Unicode;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>
/// A memory-mapped safetensors file: an 8-byte little-endian header length, a JSON header with the type, shape and byte range of
/// each tensor, then the bytes (https://github.com/huggingface/safetensors). The ranges follow each other without gaps or overlap.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    /// <summary>Fifty thousand tensors with long names; the reference implementation's own limit, 100 MB, would take gigabytes to read.</summary>
    private const long LargestHeader = 8_000_000;
    private const string MetadataKey = "__metadata__";

    internal static readonly Dictionary<string, ScalarType> Types = new(StringComparer.Ordinal)
    {
        ["F64"] = ScalarType.Float64, ["F32"] = ScalarType.Float32, ["F16"] = ScalarType.Float16, ["BF16"] = ScalarType.BFloat16,
        ["I64"] = ScalarType.Int64, ["I32"] = ScalarType.Int32, ["I16"] = ScalarType.Int16, ["I8"] = ScalarType.Int8,
        ["U8"] = ScalarType.Byte, ["BOOL"] = ScalarType.Bool,
    };

    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;
    private readonly long dataStart;

    /// <exception cref="InvalidDataException">It is not safetensors, or a range is wrong.</exception>
    /// <exception cref="JsonException">The header is not JSON.</exception>
    public SafetensorsFile(string path)
    {
        var length = InputFile.Length(path);
        if (length < 10) throw new InvalidDataException("not a safetensors file: it is too short");
        map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, 0, MemoryMappedFileAccess.Read);
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        try
        {
            var headerLength = view.ReadInt64(0);
            if (headerLength == 0) throw new InvalidDataException("it begins with zeros, as a download does that was not finished; get the file again");
            if (headerLength is < 2 or > LargestHeader || headerLength > length - 8) throw new InvalidDataException("not a safetensors file, or not of a network: it does not begin with the length of a header");
            var header = new byte[headerLength];
            view.ReadArray(8, header, 0, header.Length);
            dataStart = 8 + headerLength;
            if (!Utf8.IsValid(header)) throw new InvalidDataException("the header is not UTF-8");
            using var document = JsonDocument.Parse(header);
            Tensors = ReadHeader(document.RootElement, length - dataStart);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    public void Dispose()
    {
        view.Dispose();
        map.Dispose();
    }

    private Dictionary<string, StoredTensor> ReadHeader(JsonElement root, long dataLength)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new InvalidDataException("the header is not an object");
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        var ranges = new List<(string Name, long From, long To)>();
        foreach (var entry in root.EnumerateObject().Where(entry => entry.Name != MetadataKey))
        {
            var (tensor, from, to) = ReadEntry(entry.Name, entry.Value, dataLength);
            if (!tensors.TryAdd(entry.Name, tensor)) throw new InvalidDataException($"tensor '{entry.Name}' is listed twice");
            ranges.Add((entry.Name, from, to));
        }

        long end = 0;
        foreach (var (name, from, to) in ranges.OrderBy(range => range.From).ThenBy(range => range.To))
        {
            if (from != end) throw new InvalidDataException($"tensor '{name}' begins at byte {from}, {(from < end ? "inside the tensor before it" : "behind a gap")}");
            end = to;
        }

        return tensors;
    }

    private (StoredTensor Tensor, long From, long To) ReadEntry(string name, JsonElement entry, long dataLength)
    {
        try
        {
            var typeName = entry.GetProperty("dtype").GetString() ?? "";
            if (!Types.TryGetValue(typeName, out var type)) throw new InvalidDataException($"tensor '{name}' has the unsupported type {typeName}");
            long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            var offsets = entry.GetProperty("data_offsets");
            var (from, to) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            if (offsets.GetArrayLength() != 2 || shape.Any(size => size < 0) || from < 0 || to < from) throw new InvalidDataException($"tensor '{name}' has a negative size or range");
            var bytes = checked(TensorStorage.CountOf(shape) * TensorStorage.ElementSize(type));
            if (to - from != bytes || to > dataLength) throw new InvalidDataException($"tensor '{name}' needs {bytes} bytes, the file gives {from}..{to} of {dataLength}; is it truncated?");
            if (bytes > int.MaxValue) throw new InvalidDataException($"tensor '{name}' of {bytes} bytes is larger than can be read");
            return (new StoredTensor(type, shape, () => Load(type, shape, from, (int)bytes)), from, to);
        }
        catch (Exception exception) when (exception is not InvalidDataException)
        {
            throw new InvalidDataException($"tensor '{name}' is not described as safetensors describe it", exception);
        }
    }

    private Tensor Load(ScalarType type, long[] shape, long from, int bytes)
    {
        var tensor = empty(shape, dtype: type, device: CPU);
        if (bytes > 0) view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(dataStart + from), tensor.bytes);
        return tensor;
    }
}
