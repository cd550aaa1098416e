using Pole.Zoo.Clip;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation.WeClip;

/// <summary>
/// A light decoder on the features of a frozen CLIP (WeCLIP; Zhang et al., "Frozen CLIP: A Strong Backbone for Weakly Supervised Semantic Segmentation", CVPR 2024; zbf1991/WeCLIP, WeCLIP_model/model_attn_aff_voc.py, after which parameters
/// are named). Images of any size are enlarged to whole patches; logits are those of patches.
/// </summary>
public sealed class WeClipNetwork : SegmentationNetwork, ISegmentationObjective
{
    private readonly ClipTower tower;
    private readonly FeatureFusion fusion;
    private readonly TransformerDecoder decoder;
    private readonly IReadOnlyList<double> scales;
    private readonly bool mirrored;
    private readonly int maps;

    /// <param name="tower">Owned.</param>
    /// <param name="scales">Whose logits are averaged at test time.</param>
    /// <param name="mirrored">Whether the logits of the mirror image are averaged too.</param>
    public WeClipNetwork(ClipTower tower, WeClipShape shape, IReadOnlyList<double> scales, bool mirrored) : base("WeClip")
    {
        (this.tower, this.scales, this.mirrored, maps) = (tower, scales, mirrored, shape.FeatureMaps);
        register_module("encoder", tower);
        register_module("decoder_fts_fuse", fusion = new FeatureFusion(maps, tower.Shape.Width, shape.Width, shape.Dropout));
        register_module("decoder", decoder = new TransformerDecoder(shape.Width, shape.Layers, shape.Heads, shape.Labels));
    }

    /// <summary>Makes masks in training, and is owned; null where masks are given.</summary>
    public IOnlineMasks? Masks { get; init; }

    /// <summary>Weight of the affinity's loss.</summary>
    public double AffinityWeight { get; init; } = 0.1;

    /// <summary>Rows and columns that the cells of a pair are apart at most in the affinity's loss.</summary>
    public int AffinityRadius { get; init; } = 8;

    public override PixelNormalisation Normalisation => tower.Shape.Normalisation;

    /// <summary>None: the tower is frozen.</summary>
    public override IEnumerable<Parameter> BackboneParameters => [];

    /// <summary>All that learns, its norms and biases too.</summary>
    public override IEnumerable<Parameter> ClassifierWeights => fusion.parameters().Concat(decoder.parameters());

    public override IEnumerable<Parameter> ClassifierBiases => [];

    /// <summary>The logits at full scale, and at test time the mean over the scales and their mirror images, if there are others.</summary>
    public override IReadOnlyList<Tensor> Pyramid(Tensor images)
    {
        using var scope = NewDisposeScope();
        var full = Logits(images, 1);
        if (training || scales is [1.0] && !mirrored) return [full.MoveToOuterDisposeScope()];
        var all = scales.SelectMany(scale => mirrored ? (Tensor[])[scale == 1 ? full : Logits(images, scale), Logits(images.flip(3), scale).flip(3)] : [scale == 1 ? full : Logits(images, scale)]);
        var mean = stack([.. all.Select(logits => Resized(logits, full.shape[2], full.shape[3]))], 0).mean([0L]);
        return [full.MoveToOuterDisposeScope(), mean.MoveToOuterDisposeScope()];
    }

    /// <summary>Cross entropy of the logits, enlarged to the labels, and the loss of the affinity.</summary>
    public IReadOnlyList<LossTerm> Terms(SegmentationBatch batch)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = (CellsOf(batch.Images.shape[2], 1), CellsOf(batch.Images.shape[3], 1));
        var images = InPatches(batch.Images, rows, columns);
        var (fused, affinity, labels) = Masks is null ? Learn(tower.Features(images, maps), rows, columns, _ => batch.Labels) : LearnOnline(batch, images, rows, columns, Masks);
        var logits = Resized(decoder.call(fused), batch.Images.shape[2], batch.Images.shape[3]);
        return
        [
            new("segmentation", PyramidLoss.Compute([logits], labels, batch.Loss).MoveToOuterDisposeScope()),
            new("affinity", FeatureAffinity.Loss(affinity, labels, rows, columns, AffinityRadius).MoveToOuterDisposeScope(), AffinityWeight),
        ];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Masks?.Dispose();
        base.Dispose(disposing);
    }

    private (Tensor Fused, Tensor Affinity, IReadOnlyList<LabelMap> Labels) LearnOnline(SegmentationBatch batch, Tensor images, int rows, int columns, IOnlineMasks masks)
    {
        List<ClipActivations> opened = [];
        try
        {
            foreach (var image in images.split(1, 0)) opened.Add(tower.Open(image, masks.Attentions));
            var features = Enumerable.Range(0, opened[0].BlockOutputs.Count).Select(block => stack([.. opened.Select(image => image.BlockOutputs[block])], 0)).TakeLast(maps).ToList();
            return Learn(features, rows, columns, affinity => masks.Of(batch, opened, affinity.detach()));
        }
        finally
        {
            foreach (var image in opened) image.Dispose();
        }
    }

    private (Tensor Fused, Tensor Affinity, IReadOnlyList<LabelMap> Labels) Learn(IReadOnlyList<Tensor> features, int rows, int columns, Func<Tensor, IReadOnlyList<LabelMap>> labelsOf)
    {
        var fused = fusion.Fuse(features, rows, columns);
        var affinity = FeatureAffinity.Of(fused);
        return (fused, affinity, labelsOf(affinity));
    }

    private Tensor Logits(Tensor images, double scale)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = (CellsOf(images.shape[2], scale), CellsOf(images.shape[3], scale));
        return decoder.call(fusion.Fuse(tower.Features(InPatches(images, rows, columns), maps), rows, columns)).MoveToOuterDisposeScope();
    }

    /// <summary>Patches that cover a side.</summary>
    private int CellsOf(long side, double scale) => Math.Max(1, (int)Math.Ceiling(side * scale / tower.Shape.PatchSize));

    private Tensor InPatches(Tensor images, int rows, int columns) => Resized(images, (long)rows * tower.Shape.PatchSize, (long)columns * tower.Shape.PatchSize);

    /// <summary>Bilinearly; the same tensor where it has the size.</summary>
    private static Tensor Resized(Tensor maps, long height, long width) =>
        maps.shape[2] == height && maps.shape[3] == width ? maps : nn.functional.interpolate(maps, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
}
