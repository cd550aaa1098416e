using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>A tensor of a weights file: its type and shape are known, its values are read when asked for.</summary>
/// <param name="Read">Reads it to the CPU in its own type; the caller owns what it gets.</param>
public sealed record StoredTensor(ScalarType Type, IReadOnlyList<long> Shape, Func<Tensor> Read)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>A tensor that is in memory already and stays its owner's.</summary>
    public static StoredTensor Of(Tensor tensor) => new(tensor.dtype, tensor.shape, tensor.alias);
}
