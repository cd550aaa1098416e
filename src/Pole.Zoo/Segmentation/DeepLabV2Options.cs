using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Segmentation;

/// <summary>DeepLab v2: a pyramid of dilated classifiers, at several scales with the maximum of their logits.</summary>
[PoleModule("deeplab-v2")]
public sealed record DeepLabV2Options : IModuleOptions<SegmentationNetwork, SegmentationBase>
{
    /// <summary>Dilations of the classifiers.</summary>
    [Length(1, 8), Range(1, 64)] public IReadOnlyList<int> Rates { get; init; } = [6, 12, 18, 24];

    /// <summary>Scales beside the full one, in training and test.</summary>
    [Length(0, 8), Range(0.01, 16.0)] public IReadOnlyList<double> Scales { get; init; } = [0.5, 0.75];

    public SegmentationNetwork Create(SegmentationBase below, ModuleContext context) => new MultiScaleSegmenter(new DeepLab(below.Backbone(), below.Labels, Rates), Scales);
}
