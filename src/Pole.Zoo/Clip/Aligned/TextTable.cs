using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Zoo.Clip.Aligned;

/// <summary>One published file of text embeddings.</summary>
/// <param name="File">A NumPy array, one row a name.</param>
/// <param name="Names">In the order of its rows.</param>
public sealed record TextTable(PublishedWeights File, IReadOnlyList<string> Names)
{
    /// <returns>float32 <c>[names, size]</c>, as published: not normalised.</returns>
    /// <exception cref="ExperimentException">The file is missing, not the published one, or of another shape.</exception>
    public Tensor Read(ModuleContext context, int size)
    {
        var path = File.Locate(context);
        File.RequirePublished(path);
        var array = NpyFile.ReadArray(path);
        if (array.Shape is not [var rows, var columns] || rows != Names.Count || columns != size)
            throw new ExperimentException($"{path} has the shape [{string.Join(", ", array.Shape)}], and [{Names.Count}, {size}] is expected");
        using var stored = array.Read();
        return stored.to(ScalarType.Float32);
    }
}
