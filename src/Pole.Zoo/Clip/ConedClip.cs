using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>
/// A CLIP whose embeddings share a direction, so that cosines are positive, and have one of their modality's own, so that they are small: s' = (1 − c − g)·s + c. Large CLIPs come like this
/// from training (cone effect and modality gap; Liang et al. 2022, "Mind the gap"), small ones do not, and the CLIMS losses were weighted for it: the gradient of −log s explodes as a cosine crosses 0, and that
/// of −log(1 − s) as it nears 1.
/// </summary>
/// <remarks>The wrapped model is owned.</remarks>
public sealed class ConedClip : ClipModel
{
    private readonly ClipModel clip;
    private readonly double cone, gap;

    /// <param name="cone">c, 0…1.</param>
    /// <param name="gap">g, 0…1 − c.</param>
    public ConedClip(ClipModel clip, double cone, double gap) : base("ConedClip")
    {
        (this.clip, this.cone, this.gap) = (clip, cone, gap);
        register_module("clip", clip);
    }

    /// <summary>The wrapped model.</summary>
    public ClipModel Inner => clip;

    public override int ImageResolution => clip.ImageResolution;

    public override PixelNormalisation Normalisation => clip.Normalisation;

    public override int EmbeddingSize => clip.EmbeddingSize + (gap == 0 ? 1 : 3);

    public override ITextTokenizer Tokenizer => clip.Tokenizer;

    public override Tensor EncodeImage(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Cone(clip.EncodeImage(images), [1, 0]).MoveToOuterDisposeScope();
    }

    public override Tensor EmbedTokens(Tensor tokens) => clip.EmbedTokens(tokens);

    public override Tensor EncodeEmbedded(Tensor embedded, Tensor ends)
    {
        using var scope = NewDisposeScope();
        return Cone(clip.EncodeEmbedded(embedded, ends), [0, 1]).MoveToOuterDisposeScope();
    }

    /// <summary>Unit vectors <c>[N, D]</c> to unit vectors <c>[N, D + 1]</c>, with a gap <c>[N, D + 3]</c>.</summary>
    /// <param name="modality">Which of the last two places is the modality's own.</param>
    private Tensor Cone(Tensor features, double[] modality)
    {
        var unit = CosineSimilarity.Unit(features);
        var own = gap == 0 ? [] : modality.Select(place => Constant(unit, place * gap));
        return cat([unit * Math.Sqrt(1 - cone - gap), Constant(unit, cone), .. own], -1);
    }

    private static Tensor Constant(Tensor unit, double share) => full(unit.shape[0], 1, Math.Sqrt(share), device: unit.device);
}
