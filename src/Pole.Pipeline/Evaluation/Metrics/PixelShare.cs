namespace Pole.Pipeline.Evaluation.Metrics;

/// <summary>Share of the pixels of each label that are right, its mean over the labels that have pixels.</summary>
/// <param name="countsTruth">Shares of the true pixels of a label; else of the predicted ones.</param>
internal sealed class PixelShare(int labels, bool countsTruth) : Metric
{
    public override IReadOnlyList<long> Count(LabelMap truth, LabelMap prediction)
    {
        var confusion = new ConfusionMatrix(labels);
        confusion.Add(truth, prediction);
        var all = Enumerable.Range(0, labels).ToList();
        return [.. all.Select(label => confusion[label, label]), .. all.Select(label => all.Sum(other => countsTruth ? confusion[label, other] : confusion[other, label]))];
    }

    public override double Value(IReadOnlyList<long> counts) =>
        Enumerable.Range(0, labels).Where(label => counts[labels + label] > 0).Select(label => (double)counts[label] / counts[labels + label]).DefaultIfEmpty(double.NaN).Average();
}
