using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Segmentation;

/// <summary>DeepLab v1 with a large field of view: one dilated classifier.</summary>
[PoleModule("deeplab-v1")]
public sealed record DeepLabV1Options : IModuleOptions<ISegmentation>, ISegmentation
{
    /// <summary>Dilation of the classifier.</summary>
    [Range(1, 64)] public int Rate { get; init; } = 12;

    public ISegmentation Create(ModuleContext context) => this;

    public SegmentationNetwork Build(int labels, Func<Backbone> backbone) => new MultiScaleSegmenter(new DeepLab(backbone(), labels, [Rate]), []);
}
