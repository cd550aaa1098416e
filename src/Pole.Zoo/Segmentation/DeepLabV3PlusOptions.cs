using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Segmentation;

/// <summary>DeepLab v3+: pyramid pooling with image-level features, and a decoder over features of stride 4.</summary>
[PoleModule("deeplab-v3-plus")]
public sealed record DeepLabV3PlusOptions : IModuleOptions<SegmentationNetwork, SegmentationBase>
{
    /// <summary>Dilations of the pyramid: 6, 12, 18 at stride 16, twice that at stride 8.</summary>
    [Length(1, 8), Range(1, 64)] public IReadOnlyList<int> Rates { get; init; } = [6, 12, 18];

    /// <summary>Channels of the pyramid and of the decoder.</summary>
    [Range(4, 1024)] public int Channels { get; init; } = 256;

    /// <summary>Channels that the features of stride 4 are reduced to.</summary>
    [Range(1, 1024)] public int LowLevelChannels { get; init; } = 48;

    public SegmentationNetwork Create(SegmentationBase below, ModuleContext context) => new DeepLabV3Plus(below.Backbone(), below.Labels, Rates, Channels, LowLevelChannels);
}
