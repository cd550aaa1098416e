namespace Pole.Pipeline.Evaluation;

/// <summary>Pixels of each label that are both true and predicted, and that are either, summed over images.</summary>
/// <param name="labels">Classes and background.</param>
public sealed class LabelOverlaps(int labels)
{
    private readonly long[] intersections = new long[labels], unions = new long[labels];

    public void Add(int label, long intersection, long union)
    {
        intersections[label] += intersection;
        unions[label] += union;
    }

    public void Add(ImageScore image)
    {
        for (var index = 0; index < image.Labels.Count; index++) Add(image.Labels[index], image.Intersection[index], image.Union[index]);
    }

    /// <summary>
    /// Intersection over union of each label, 0…1; NaN where it is in neither ground truth nor prediction. A label that is predicted
    /// but never true has IoU 0 and counts.
    /// </summary>
    public IReadOnlyList<double> IntersectionOverUnion() => [.. intersections.Zip(unions, (intersection, union) => union == 0 ? double.NaN : (double)intersection / union)];

    /// <summary>The same with null, which JSON can hold, in place of NaN.</summary>
    public IReadOnlyList<double?> PresentIntersectionOverUnion() => [.. IntersectionOverUnion().Select(iou => double.IsNaN(iou) ? (double?)null : iou)];

    /// <summary>Mean of the IoU over the labels that have one; NaN where none has.</summary>
    public double MeanIntersectionOverUnion() => Mean(IntersectionOverUnion());

    /// <summary>Mean of the IoU over the labels that have one, background left out.</summary>
    public double MeanForegroundIntersectionOverUnion() => Mean(IntersectionOverUnion().Skip(1));

    private static double Mean(IEnumerable<double> scores) => scores.Where(score => !double.IsNaN(score)).DefaultIfEmpty(double.NaN).Average();
}
