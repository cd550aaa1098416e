using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Segmentation;

/// <summary>DeepLab v1 with a large field of view: one dilated classifier.</summary>
[PoleModule("deeplab-v1")]
public sealed record DeepLabV1Options : IModuleOptions<SegmentationNetwork, SegmentationBase>
{
    /// <summary>Dilation of the classifier.</summary>
    [Range(1, 64)] public int Rate { get; init; } = 12;

    public SegmentationNetwork Create(SegmentationBase below, ModuleContext context) => new MultiScaleSegmenter(new DeepLab(below.Backbone(), below.Labels, [Rate]), []);
}
