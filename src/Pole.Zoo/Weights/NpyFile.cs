using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pole.Zoo.Weights.Pickle;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>
/// NumPy's .npy files (numpy/lib/format.py): arrays of numbers, and the one pickled form that CLIMS, IRNet and POLE publish CAMs in, a
/// dictionary of arrays and tensors. Any other pickled object is refused, and nothing of a pickle is run.
/// </summary>
public static partial class NpyFile
{
    private const string Noun = ".npy", Remedy = "write it again with numpy.save";

    /// <summary>numpy's own limit (<c>max_header_size</c>).</summary>
    private const long LargestHeader = 10_000;

    /// <summary>An array of numbers.</summary>
    /// <exception cref="ExperimentException">The file is missing, damaged, or holds objects.</exception>
    public static StoredTensor ReadArray(string path) => (Read(path) as StoredTensor ?? throw new ExperimentException($"{path}: it holds a dictionary, an array of numbers is expected")).In(path, Noun, Remedy);

    /// <summary>The arrays of a dictionary by name.</summary>
    /// <exception cref="ExperimentException">The file is missing, damaged, or holds something else.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> ReadDictionary(string path)
    {
        if (Read(path) is not PickledDictionary dictionary) throw new ExperimentException($"{path}: a dictionary of arrays is expected");
        var arrays = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (key, value) in dictionary.Items)
            arrays[key as string ?? throw new ExperimentException($"{path}: a key of the dictionary is not text")] =
                ((value is PickledArray array ? array.Value : value) as StoredTensor ?? throw new ExperimentException($"{path}: '{key}' is not an array of numbers")).In(path, $"{Noun}, array '{key}'", Remedy);
        return arrays;
    }

    private static object? Read(string path) => InputFile.Read(path, Noun, Remedy, () =>
    {
        var bytes = InputFile.Bytes(path);
        var (header, start) = ReadHeader(bytes);
        var (code, shape) = (Descriptor().Match(header).Groups[1].Value, Shape(header));
        if (code.StartsWith('>')) throw new InvalidDataException("the array is big-endian");
        if (code is not ("|O" or "O")) return View(bytes.AsMemory(start), NumpyVocabulary.TypeOf(code.TrimStart('<', '|', '=')), shape, header.Contains("'fortran_order': True", StringComparison.Ordinal));
        var saved = new Unpickler(bytes.AsMemory(start), NumpyVocabulary.Create()).Load();
        return saved is PickledArray array ? array.Value : throw new InvalidDataException("the pickled object is not an array");
    });

    /// <summary>Numbers that lie one after another, rows first or, in Fortran's order, columns first.</summary>
    internal static StoredTensor View(ReadOnlyMemory<byte> bytes, ScalarType? type, IReadOnlyList<long> shape, bool fortran)
    {
        if (type is not { } scalar) throw new InvalidDataException("an array has a type that is not read here");
        var storage = new TensorStorage(scalar, bytes.Length / TensorStorage.ElementSize(scalar), (offset, target) => bytes.Span.Slice((int)offset, target.Length).CopyTo(target));
        var strides = new long[shape.Count];
        long stride = 1;
        foreach (var dimension in fortran ? Enumerable.Range(0, shape.Count) : Enumerable.Range(0, shape.Count).Reverse())
        {
            strides[dimension] = stride;
            stride = unchecked(stride * shape[dimension]);
        }

        return storage.View(0, shape, strides);
    }

    private static (string Header, int Start) ReadHeader(byte[] bytes)
    {
        if (bytes is not [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] || bytes.Length < 12) throw new InvalidDataException("it does not begin as .npy files do");
        var (length, start) = bytes[6] == 1 ? (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)), 10L) : (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8)), 12L);
        if (length > LargestHeader) throw new InvalidDataException($"its header would have {length} bytes, and {LargestHeader} are the most");
        if (start + length > bytes.Length) throw new InvalidDataException("it is truncated");
        return (Encoding.Latin1.GetString(bytes, (int)start, (int)length), (int)(start + length));
    }

    private static long[] Shape(string header)
    {
        var sizes = ShapeTuple().Match(header);
        if (!sizes.Success) throw new InvalidDataException("its header has no shape");
        return [.. sizes.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(size => long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw new InvalidDataException($"its header has the size '{size}'"))];
    }

    [GeneratedRegex("'descr': '([^']*)'")]
    private static partial Regex Descriptor();

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex ShapeTuple();
}
