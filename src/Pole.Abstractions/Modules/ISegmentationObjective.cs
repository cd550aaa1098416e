using static TorchSharp.torch;

namespace Pole;

/// <summary>A <see cref="SegmentationNetwork"/> that is trained by a loss of its own, in place of the cross entropy of its pyramid.</summary>
public interface ISegmentationObjective
{
    /// <returns>Terms of the loss, whose weighted sum is minimised; each is recorded by its name.</returns>
    IReadOnlyList<LossTerm> Terms(SegmentationBatch batch);
}

/// <summary>A term of a loss.</summary>
/// <param name="Value">A scalar, before the weight.</param>
public sealed record LossTerm(string Name, Tensor Value, double Weight = 1);

/// <summary>A batch that a segmentation network learns from.</summary>
/// <param name="Images"><c>[N, 3, H, W]</c>, normalised as the network sees them.</param>
/// <param name="Labels">Of each image, H × W. With <see cref="MaskSource.Online"/>, of which the network makes the labels: 0 inside the image and 255 beyond its edge.</param>
/// <param name="Loss">How pixels are weighted.</param>
public sealed record SegmentationBatch(Tensor Images, IReadOnlyList<LabelMap> Labels, SegmentationLoss Loss)
{
    /// <summary>Classes that are in each whole image, 0-based; empty unless the network makes its own masks.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Classes { get; init; } = [];

    /// <summary>Share of the training's steps that are done, 0…1.</summary>
    public double Progress { get; init; }
}
