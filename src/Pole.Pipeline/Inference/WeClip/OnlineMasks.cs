using Pole.Data.Imaging;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Pipeline.Refinement;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Segmentation.WeClip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.WeClip;

/// <summary>
/// WeCLIP's masks of a batch (Zhang et al., CVPR 2024; zbf1991/WeCLIP, clip/clip_tool.py and WeCLIP_model/model_attn_aff_voc.py): Grad-CAM of each class of the image, refined along the attention, which a learnt affinity refines from some
/// step on; a score of the background; PAR; and the strongest at each pixel.
/// </summary>
internal sealed class OnlineMasks : IOnlineMasks
{
    private readonly OnlineMaskOptions options;
    private readonly AttentionRefinementOptions refinement;
    private readonly PixelAdaptiveOptions pixelAdaptive;
    private readonly PixelNormalisation normalisation;
    private readonly ClassTexts texts;
    private readonly double factor;

    /// <param name="prompts">Of which the first name of a class is its text. The CLIP is not the masks'.</param>
    /// <param name="normalisation">That of the images.</param>
    public OnlineMasks(OnlineMaskOptions options, ClipPrompts prompts, PixelNormalisation normalisation, ModuleContext context)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        (this.options, this.normalisation, refinement, pixelAdaptive) = (options, normalisation, options.Refinement ?? new AttentionRefinementOptions(), options.PixelAdaptive ?? new PixelAdaptiveOptions());
        var clip = ClipEsImage.NetworkOf(prompts.Clip);
        factor = ClipEsImage.FactorOf(clip);
        texts = new ClassTexts(clip, prompts, context);
    }

    public int Attentions => Math.Max(refinement.Blocks, options.LearntFrom < 1 ? options.LearntBlocks : 0);

    public IReadOnlyList<LabelMap> Of(SegmentationBatch batch, IReadOnlyList<ClipActivations> images, Tensor affinities)
    {
        var (height, width) = ((int)batch.Images.shape[2], (int)batch.Images.shape[3]);
        var learns = batch.Progress >= options.LearntFrom && options.LearntFrom < 1;
        var cams = images.Select((image, place) => Cams(image, batch.Classes[place], learns ? affinities[place] : null, height, width)).ToList();
        var pixels = images.Select((_, place) => ImageTensors.Image(batch.Images[place].ToFloats(), width, height, normalisation)).ToList();
        var masks = new LabelMap[images.Count];
        ParallelWork.For(images.Count, CancellationToken.None, place => masks[place] = Mask(pixels[place], cams[place], batch.Classes[place], batch.Labels[place]));
        return masks;
    }

    public void Dispose() => texts.Dispose();

    /// <returns>CAMs × pixels.</returns>
    private float[] Cams(ClipActivations image, IReadOnlyList<int> classes, Tensor? affinity, int height, int width)
    {
        if (classes.Count == 0) return [];
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var competing = texts.WithBackgrounds([.. classes.Select(index => texts.Name(index, 0))]).unsqueeze(0).expand(classes.Count, -1, -1);
        var maps = ClipGradCam.Maps(image, competing, [.. Enumerable.Range(0, classes.Count)], factor);
        using var paths = new ClassAwareAffinity(affinity is null ? stack([.. image.Attentions.TakeLast(refinement.Blocks)], 0).mean([0L]) : RefinedAttention.Of([.. image.Attentions.TakeLast(options.LearntBlocks)], affinity), refinement.Squarings);
        return FrozenClipMethod.Enlarged(stack(maps.unbind(0).Select(map => paths.Refine(map, refinement.Threshold)), 0), height, width).ToFloats();
    }

    private LabelMap Mask(RgbImage image, float[] cams, IReadOnlyList<int> classes, LabelMap given)
    {
        byte[] labels = [0, .. classes.Select(index => (byte)(index + 1))];
        var scores = CamLabels.WithPowerBackground(cams, image.Width * image.Height, options.BackgroundPower);
        var strongest = MaskLabels.Strongest(classes.Count == 0 ? scores : PixelAdaptiveRefinement.Refine(image, scores, labels.Length, pixelAdaptive), labels.Length);
        return new LabelMap(image.Width, image.Height, [.. strongest.Zip(given.Labels, (mask, label) => label == LabelMap.Ignored ? LabelMap.Ignored : labels[mask])]);
    }
}
