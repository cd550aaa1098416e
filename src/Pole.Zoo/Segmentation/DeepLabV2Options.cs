using System.ComponentModel.DataAnnotations;

namespace Pole.Zoo.Segmentation;

/// <summary>DeepLab v2 of any width and depth, from random weights; the defaults are those of ResNet-101.</summary>
[PoleModule("deeplab-v2")]
public sealed record DeepLabV2Options : IModuleOptions<ISegmentation>, ISegmentation
{
    /// <summary>Channels of the stem.</summary>
    [Range(4, 256)] public int Width { get; init; } = 64;

    /// <summary>Blocks of each of the four stages.</summary>
    [Length(4, 4)] public IReadOnlyList<int> Blocks { get; init; } = [3, 4, 23, 3];

    /// <summary>Dilations of the classifiers.</summary>
    [Length(1, 8)] public IReadOnlyList<int> Rates { get; init; } = [6, 12, 18, 24];

    /// <summary>Scales beside the full one, in training and test.</summary>
    [Length(0, 8)] public IReadOnlyList<double> Scales { get; init; } = [0.5, 0.75];

    /// <summary>Share of a new batch in the running statistics of batch norm; raise it to train from random weights.</summary>
    [Range(0.0001, 1.0)] public double NormMomentum { get; init; } = 0.001;

    public ISegmentation Create(ModuleContext context) => this;

    public SegmentationNetwork Build(int labels) => new MultiScaleSegmenter(new DeepLabV2(labels, Width, Blocks, Rates, NormMomentum), Scales, PixelNormalisation.ImageNet);
}
