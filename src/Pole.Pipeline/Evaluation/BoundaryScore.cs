namespace Pole.Pipeline.Evaluation;

/// <summary>
/// How well the outlines of each label are met (Csurka, Larlus, Perronnin 2013, "What is a good evaluation measure for semantic segmentation?"):
/// a boundary pixel is right when the other map has a boundary pixel of the label within a tolerance; F is the harmonic mean of the share
/// of predicted boundary pixels that are right and of true ones that are found, over all images.
/// </summary>
/// <param name="labels">Classes and background.</param>
/// <param name="tolerance">As a share of the image's diagonal: 0.0075.</param>
/// <param name="counts">To begin with, as <see cref="Counts"/> of other scores and their sums; null for none.</param>
public sealed class BoundaryScore(int labels, double tolerance = 0.0075, IReadOnlyList<long>? counts = null)
{
    private readonly long[] predicted = Part(counts, labels, 0), right = Part(counts, labels, 1), actual = Part(counts, labels, 2), found = Part(counts, labels, 3);

    /// <summary>Boundary pixels of each label: predicted, those of them that are right, true, those of them that are found.</summary>
    public IReadOnlyList<long> Counts => [.. predicted, .. right, .. actual, .. found];

    /// <exception cref="ExperimentException">The maps differ in size; names their files.</exception>
    public void Add(LabelMap truth, LabelMap prediction)
    {
        truth.RequireSize(prediction.Width, prediction.Height, prediction.Source ?? "its prediction");
        var radius = Math.Max(1, (int)Math.Round(tolerance * Math.Sqrt((double)truth.Width * truth.Width + (double)truth.Height * truth.Height)));
        var (outlines, guesses) = (new LabelOutlines(truth, truth), new LabelOutlines(prediction, truth));
        foreach (var label in truth.Labels.Concat(prediction.Labels).Distinct().Where(label => label < labels).ToList())
        {
            predicted[label] += guesses.Count(label);
            right[label] += guesses.CountNear(outlines, label, radius);
            actual[label] += outlines.Count(label);
            found[label] += outlines.CountNear(guesses, label, radius);
        }
    }

    /// <summary>F of each label, 0…1; NaN where it has no boundary in either map.</summary>
    public IReadOnlyList<double> F() => [.. Enumerable.Range(0, labels).Select(label =>
    {
        if (predicted[label] + actual[label] == 0) return double.NaN;
        var (precision, recall) = (predicted[label] == 0 ? 0 : (double)right[label] / predicted[label], actual[label] == 0 ? 0 : (double)found[label] / actual[label]);
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    })];

    /// <summary>Mean of F over the labels that have one.</summary>
    public double Mean() => F().Where(score => !double.IsNaN(score)).DefaultIfEmpty(double.NaN).Average();

    private static long[] Part(IReadOnlyList<long>? counts, int labels, int part) => counts is null ? new long[labels] : [.. counts.Skip(part * labels).Take(labels)];
}
