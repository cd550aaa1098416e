using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Prompts;

/// <summary>Which of a class's names CLIP finds most correlated with the image under its CAM (POLE; rB080/WSS_POLE, utils.py, get_similarity).</summary>
public static class PromptSelection
{
    /// <summary>The published factor on cosines; a constant, not CLIP's learned one.</summary>
    private const double Factor = 100;

    /// <summary>softmax over the names of 100 · cosine.</summary>
    /// <param name="imageFeatures">CLIP embeddings of image × CAM, <c>[N, D]</c>.</param>
    /// <param name="nameFeatures">CLIP embeddings of the names' prompts, <c>[n, D]</c>.</param>
    /// <returns><c>[N, n]</c>; the chosen name is the arg-max of a row.</returns>
    public static Tensor Similarity(Tensor imageFeatures, Tensor nameFeatures)
    {
        using var scope = NewDisposeScope();
        return (CosineSimilarity.Between(imageFeatures, nameFeatures) * Factor).softmax(-1).MoveToOuterDisposeScope();
    }
}
