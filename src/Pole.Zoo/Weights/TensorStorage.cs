using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>A run of elements of one type in a file, of which tensors are views.</summary>
/// <param name="Count">Number of elements.</param>
/// <param name="Read">Copies bytes from an offset in bytes.</param>
public sealed record TensorStorage(ScalarType Type, long Count, Action<long, Span<byte>> Read)
{
    /// <summary>A view may repeat elements (stride 0); it is refused where that would make more than this of a small file.</summary>
    private const long LargestRepeatedBytes = 16 << 20;

    /// <summary>The tensor at an offset with strides, both in elements.</summary>
    /// <exception cref="InvalidDataException">The view leaves the storage.</exception>
    public StoredTensor View(long offset, IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        if (offset < 0 || shape.Count != strides.Count || shape.Any(size => size < 0) || strides.Any(stride => stride < 0)) throw new InvalidDataException("a tensor has a negative size, stride or offset");
        var (count, last) = Extent(shape, strides);
        if (count > 0 && (offset > Count || last >= Count - offset)) throw new InvalidDataException($"a tensor reaches element {offset + last} of a storage of {Count}");
        var size = ElementSize(Type);
        if (count > Count && count > LargestRepeatedBytes / size) throw new InvalidDataException($"a tensor of {count} elements is made of a storage of {Count}");
        if (count * size > int.MaxValue) throw new InvalidDataException($"a tensor of {count * size} bytes is larger than can be read");
        return new StoredTensor(Type, shape, () => Load(offset, shape, strides, count == 0 ? 0 : last + 1));
    }

    /// <summary>Bytes of an element.</summary>
    public static int ElementSize(ScalarType type) => type switch
    {
        ScalarType.Float64 or ScalarType.Int64 => 8,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        _ => 1,
    };

    /// <summary>Number of elements of a shape.</summary>
    /// <exception cref="OverflowException">It has more than can be counted, or would have but for a dimension of 0: libtorch multiplies those too.</exception>
    public static long CountOf(IReadOnlyList<long> shape)
    {
        var product = 1L;
        foreach (var size in shape.Where(size => size > 0)) product = checked(product * size);
        return shape.Contains(0) ? 0 : product;
    }

    private static (long Count, long Last) Extent(IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        try
        {
            checked
            {
                long count = CountOf(shape), last = 0;
                for (var dimension = 0; dimension < shape.Count; dimension++)
                {
                    if (shape[dimension] > 0) last += (shape[dimension] - 1) * strides[dimension];
                }

                return (count, last);
            }
        }
        catch (OverflowException)
        {
            throw new InvalidDataException("a tensor's size overflows");
        }
    }

    private Tensor Load(long offset, IReadOnlyList<long> shape, IReadOnlyList<long> strides, long length)
    {
        using var scope = NewDisposeScope();
        var run = empty(length, dtype: Type, device: CPU);
        if (length > 0) Read(offset * ElementSize(Type), run.bytes);
        if (shape.Any(size => size == 0)) return empty([.. shape], dtype: Type, device: CPU).MoveToOuterDisposeScope();
        return run.as_strided([.. shape], [.. strides]).contiguous().MoveToOuterDisposeScope();
    }
}
