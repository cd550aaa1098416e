using Pole.Data.Imaging;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.Excel;

/// <summary>One image in the frozen ViT with its second path: the pass is done once, maps of any texts are taken from it.</summary>
internal sealed class ExcelImage : IFrozenClipImage
{
    private readonly CalibratedTokens tokens;
    private readonly AttentionRefinement? refinement;
    private readonly TokenNorm norm;

    /// <param name="image"><c>[1, 3, H, W]</c>, whole patches.</param>
    public ExcelImage(ClipNetwork clip, Tensor image, ExcelOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        norm = options.Norm;
        tokens = clip.Calibrate(image, options.Blocks, options.Heads, options.Refinement?.Blocks ?? 0);
        if (options.Refinement is { } asked) refinement = new AttentionRefinement(Weighed(tokens.Attentions, asked.Heads == HeadSum.Sum ? clip.Architecture.VisionHeads : 1, options.Blocks), asked);
    }

    /// <summary>An image squeezed to a square, without keeping its aspect, after the normalisation of its pixels.</summary>
    /// <returns>The caller disposes it.</returns>
    public static ExcelImage Open(ClipNetwork clip, RgbImage image, ExcelOptions options, Device device)
    {
        using var scope = NewDisposeScope();
        var side = (options.Side + clip.CellSize - 1) / clip.CellSize * clip.CellSize;
        var pixels = ImageTensors.Normalised(image, clip.Normalisation).unsqueeze(0).to(device);
        return new ExcelImage(clip, nn.functional.interpolate(pixels, [side, side], mode: InterpolationMode.Bilinear, align_corners: false), options);
    }

    public Tensor Maps(Tensor texts, IReadOnlyList<int> targets)
    {
        using var scope = NewDisposeScope();
        var maps = FeatureSurgery.Maps(tokens, texts, targets, norm);
        return (refinement?.Refine(maps) ?? maps).MoveToOuterDisposeScope();
    }

    /// <summary>softmax(2 · class token · text).</summary>
    /// <inheritdoc/>
    public Tensor Probabilities(Tensor texts) => FeatureSurgery.Probabilities(tokens, texts, norm);

    public void Dispose()
    {
        tokens.Dispose();
        refinement?.Dispose();
    }

    /// <summary>Blocks with a second path give the sum of their heads, those before it the mean.</summary>
    private static IReadOnlyList<Tensor> Weighed(IReadOnlyList<Tensor> attentions, int heads, int calibrated) =>
        heads == 1 ? attentions : [.. attentions.Select((attention, place) => place < attentions.Count - calibrated ? attention : attention * heads)];
}
