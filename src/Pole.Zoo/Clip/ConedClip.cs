using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>
/// A CLIP whose embeddings share a direction, so that cosines are positive: s' = (1 − c)·s + c. Large CLIPs come like this
/// from training (the cone effect; Liang et al. 2022, "Mind the gap"), small ones do not, and the logarithms of the CLIMS
/// losses need it: their gradient explodes as a cosine crosses 0.
/// </summary>
/// <remarks>The wrapped model is owned.</remarks>
public sealed class ConedClip : ClipModel
{
    private readonly ClipModel clip;
    private readonly double share;

    public ConedClip(ClipModel clip, double share) : base("ConedClip")
    {
        (this.clip, this.share) = (clip, share);
        register_module("clip", clip);
    }

    public override int ImageResolution => clip.ImageResolution;

    public override PixelNormalisation Normalisation => clip.Normalisation;

    public override int EmbeddingSize => clip.EmbeddingSize + 1;

    public override ITextTokenizer Tokenizer => clip.Tokenizer;

    public override Tensor EncodeImage(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Cone(clip.EncodeImage(images)).MoveToOuterDisposeScope();
    }

    public override Tensor EmbedTokens(Tensor tokens) => clip.EmbedTokens(tokens);

    public override Tensor EncodeEmbedded(Tensor embedded, Tensor ends)
    {
        using var scope = NewDisposeScope();
        return Cone(clip.EncodeEmbedded(embedded, ends)).MoveToOuterDisposeScope();
    }

    /// <summary>Unit vectors <c>[N, D]</c> to unit vectors <c>[N, D + 1]</c>.</summary>
    private Tensor Cone(Tensor features)
    {
        var unit = features / features.norm(-1, true, 2);
        return cat([unit * Math.Sqrt(1 - share), full(unit.shape[0], 1, Math.Sqrt(share), device: unit.device)], -1);
    }
}
