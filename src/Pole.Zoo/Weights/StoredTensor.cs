using static TorchSharp.torch;

namespace Pole.Zoo.Weights;

/// <summary>A tensor of a weights file: its type and shape are known, its values are read when asked for.</summary>
/// <param name="Read">Reads it to the CPU in its own type; the caller owns what it gets.</param>
public sealed record StoredTensor(ScalarType Type, IReadOnlyList<long> Shape, Func<Tensor> Read)
{
    /// <summary>Its name in the file, for messages; null for one in memory.</summary>
    public string? Name { get; init; }

    /// <summary>The same with errors of a read that name the file.</summary>
    /// <param name="noun">What is read of it.</param>
    public StoredTensor In(string path, string noun, string remedy) => this with { Read = () => InputFile.Read(path, noun, remedy, Read) };

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>A tensor that is in memory already and stays its owner's.</summary>
    public static StoredTensor Of(Tensor tensor) => new(tensor.dtype, tensor.shape, tensor.alias);
}
