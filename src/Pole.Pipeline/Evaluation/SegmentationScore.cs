namespace Pole.Pipeline.Evaluation;

/// <summary>How well label maps match the ground truth, with what a reader needs to compare the number with another.</summary>
/// <param name="Split">The split that was measured.</param>
/// <param name="Images">Its number of images.</param>
/// <param name="Threshold">Background score of the CAMs.</param>
/// <param name="Labels">Background and the classes.</param>
/// <param name="Iou">Intersection over union of each label, 0…1; null where it is absent.</param>
/// <param name="MeanIou">Their mean.</param>
public sealed record SegmentationScore(string Split, int Images, double Threshold, IReadOnlyList<string> Labels, IReadOnlyList<double?> Iou, double MeanIou)
{
    /// <summary>The masks that it was scored against: <c>SegmentationClass</c>. Null where the data set has one set only.</summary>
    public string? Masks { get; init; }

    /// <summary>What it is measured by besides, 0…1 by the metric's name; null where it is not defined.</summary>
    public IReadOnlyDictionary<string, double?> Metrics { get; init; } = new Dictionary<string, double?>();
}
