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

    /// <exception cref="ArgumentException">The maps differ in size, or have a label that is neither below <see cref="Labels"/> nor 255.</exception>
    public void Add(LabelMap truth, LabelMap prediction)
    {
        if (truth.Width != prediction.Width || truth.Height != prediction.Height)
            throw new ArgumentException($"ground truth is {truth.Width}×{truth.Height}, prediction {prediction.Width}×{prediction.Height}");
        for (var pixel = 0; pixel < truth.Labels.Length; pixel++)
        {
            var (actual, predicted) = (truth.Labels[pixel], prediction.Labels[pixel]);
            if (actual == LabelMap.Ignored) continue;
            if (actual >= labels || predicted >= labels) throw new ArgumentException($"label {Math.Max(actual, predicted)} of pixel {pixel} is outside 0…{labels - 1}");
            counts[actual * labels + predicted]++;
        }
    }

    /// <summary>
    /// Intersection over union of each label; NaN where it is in neither ground truth nor prediction. A label that is predicted
    /// but never true has IoU 0 and counts.
    /// </summary>
    public IReadOnlyList<double> IntersectionOverUnion()
    {
        var scores = new double[labels];
        for (var label = 0; label < labels; label++)
        {
            long truth = 0, prediction = 0;
            for (var other = 0; other < labels; other++) (truth, prediction) = (truth + this[label, other], prediction + this[other, label]);
            var union = truth + prediction - this[label, label];
            scores[label] = union == 0 ? double.NaN : (double)this[label, label] / union;
        }

        return scores;
    }

    /// <summary>Mean of the IoU over the labels that have one.</summary>
    public double MeanIntersectionOverUnion() => IntersectionOverUnion().Where(score => !double.IsNaN(score)).DefaultIfEmpty(double.NaN).Average();
}
