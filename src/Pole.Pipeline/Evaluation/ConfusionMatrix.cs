namespace Pole.Pipeline.Evaluation;

/// <summary>
/// Pixel counts by ground truth (rows) and prediction (columns), as chainercv's calc_semantic_segmentation_confusion; pixels
/// labelled 255 do not count.
/// </summary>
/// <param name="labels">Classes and background.</param>
public sealed class ConfusionMatrix(int labels)
{
    private readonly long[] counts = new long[labels * labels];

    public int Labels => labels;

    public long this[int truth, int prediction] => counts[truth * labels + prediction];

    /// <exception cref="ExperimentException">The maps differ in size, or have a label that is not below <see cref="Labels"/> where the truth is not ignored; names the file.</exception>
    public void Add(LabelMap truth, LabelMap prediction)
    {
        truth.RequireSize(prediction.Width, prediction.Height, prediction.Source ?? "its prediction");
        for (var pixel = 0; pixel < truth.Labels.Length; pixel++)
        {
            var (actual, predicted) = (truth.Labels[pixel], prediction.Labels[pixel]);
            if (actual == LabelMap.Ignored) continue;
            if (actual >= labels) throw truth.OutOfRange(pixel, labels);
            if (predicted >= labels) throw prediction.OutOfRange(pixel, labels);
            counts[actual * labels + predicted]++;
        }
    }

    /// <summary>Adds a number of pixels at once.</summary>
    public void Add(int truth, int prediction, long pixels) => counts[truth * labels + prediction] += pixels;

    /// <summary>Adds what another matrix of as many labels counted.</summary>
    public void Add(ConfusionMatrix other)
    {
        for (var index = 0; index < counts.Length; index++) counts[index] += other.counts[index];
    }

    /// <summary>Pixels where a label is both true and predicted, and where it is either.</summary>
    public (long Intersection, long Union) Overlap(int label) => (this[label, label], Truth(label) + Prediction(label) - this[label, label]);

    /// <summary>The overlaps of all labels.</summary>
    public LabelOverlaps Overlaps()
    {
        var overlaps = new LabelOverlaps(labels);
        for (var label = 0; label < labels; label++)
        {
            var (intersection, union) = Overlap(label);
            overlaps.Add(label, intersection, union);
        }

        return overlaps;
    }

    /// <inheritdoc cref="LabelOverlaps.IntersectionOverUnion"/>
    public IReadOnlyList<double> IntersectionOverUnion() => Overlaps().IntersectionOverUnion();

    /// <inheritdoc cref="LabelOverlaps.PresentIntersectionOverUnion"/>
    public IReadOnlyList<double?> PresentIntersectionOverUnion() => Overlaps().PresentIntersectionOverUnion();

    /// <inheritdoc cref="LabelOverlaps.MeanIntersectionOverUnion"/>
    public double MeanIntersectionOverUnion() => Overlaps().MeanIntersectionOverUnion();

    /// <inheritdoc cref="LabelOverlaps.MeanForegroundIntersectionOverUnion"/>
    public double MeanForegroundIntersectionOverUnion() => Overlaps().MeanForegroundIntersectionOverUnion();

    /// <summary>Share of a label's predicted pixels that are right; NaN where it is never predicted.</summary>
    public IReadOnlyList<double> Precision() => [.. Enumerable.Range(0, labels).Select(label => Ratio(this[label, label], Prediction(label)))];

    /// <summary>Share of a label's true pixels that are found; NaN where it is never true.</summary>
    public IReadOnlyList<double> Recall() => [.. Enumerable.Range(0, labels).Select(label => Ratio(this[label, label], Truth(label)))];

    private long Truth(int label) => Enumerable.Range(0, labels).Sum(other => this[label, other]);

    private long Prediction(int label) => Enumerable.Range(0, labels).Sum(other => this[other, label]);

    private static double Ratio(long part, long whole) => whole == 0 ? double.NaN : (double)part / whole;
}
