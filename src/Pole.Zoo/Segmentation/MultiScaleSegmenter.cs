using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation;

/// <summary>
/// Runs DeepLab at several scales and takes the maximum of the logits (kazuto1011/deeplab-pytorch, libs/models/msc.py). The pyramid is the
/// logits at full scale, at each smaller scale in its own size, and the maximum of all at full scale.
/// </summary>
public sealed class MultiScaleSegmenter : SegmentationNetwork, IOnnxExport, IPublishedNames
{
    private const string Base = "base.", OwnBackbone = "base.backbone.";

    private readonly DeepLab network;
    private readonly IReadOnlyList<double> scales;

    /// <param name="network">Owned.</param>
    /// <param name="scales">Scales beside the full one: 0.5, 0.75.</param>
    public MultiScaleSegmenter(DeepLab network, IReadOnlyList<double> scales) : base("MultiScaleSegmenter")
    {
        (this.network, this.scales) = (network, scales);
        register_module("base", network);
    }

    public override PixelNormalisation Normalisation => network.Backbone.Normalisation;

    public override IEnumerable<Parameter> BackboneParameters => network.Backbone.parameters().Where(parameter => parameter.requires_grad);

    public override IEnumerable<Parameter> ClassifierWeights => network.ClassifierParameters.Where(parameter => parameter.dim() > 1);

    public override IEnumerable<Parameter> ClassifierBiases => network.ClassifierParameters.Where(parameter => parameter.dim() == 1);

    /// <summary>At full scale alone: scales are a choice of whoever uses the network.</summary>
    public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input) => graph.Module(network, input);

    /// <summary>Those of kazuto1011/deeplab-pytorch, where backbone and pyramid are layers side by side.</summary>
    public IReadOnlyList<string> PublishedNamesOf(string name) => [name.StartsWith(OwnBackbone, StringComparison.Ordinal) ? Base + name[OwnBackbone.Length..] : name];

    public override IReadOnlyList<Tensor> Pyramid(Tensor images)
    {
        using var scope = NewDisposeScope();
        var full = network.call(images);
        if (scales.Count == 0) return [full.MoveToOuterDisposeScope()];
        var smaller = scales.Select(factor => network.call(nn.functional.interpolate(images, scale_factor: [factor, factor], mode: InterpolationMode.Bilinear, align_corners: false, recompute_scale_factor: false))).ToList();
        var enlarged = smaller.Select(logits => nn.functional.interpolate(logits, [full.shape[2], full.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false));
        var largest = enlarged.Aggregate(full, (one, other) => torch.maximum(one, other));
        return [.. smaller.Prepend(full).Append(largest).Select(logits => logits.MoveToOuterDisposeScope())];
    }
}
