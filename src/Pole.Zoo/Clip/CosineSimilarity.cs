using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>Similarity of embeddings, without temperature.</summary>
public static class CosineSimilarity
{
    /// <summary>Every row of one with every row of the other.</summary>
    /// <returns><c>[N, M]</c> for <c>[N, D]</c> and <c>[M, D]</c>.</returns>
    public static Tensor Between(Tensor images, Tensor texts)
    {
        using var scope = NewDisposeScope();
        return Unit(images).matmul(Unit(texts).t()).MoveToOuterDisposeScope();
    }

    /// <summary>Each row with the same row of the other.</summary>
    /// <returns><c>[N]</c> for two <c>[N, D]</c>.</returns>
    public static Tensor OfPairs(Tensor images, Tensor texts)
    {
        using var scope = NewDisposeScope();
        return (Unit(images) * Unit(texts)).sum(-1).MoveToOuterDisposeScope();
    }

    /// <summary>Rows of length 1.</summary>
    public static Tensor Unit(Tensor features)
    {
        using var scope = NewDisposeScope();
        return (features / features.norm(-1, true, 2)).MoveToOuterDisposeScope();
    }
}
