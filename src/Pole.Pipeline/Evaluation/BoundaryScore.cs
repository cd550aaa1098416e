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
        foreach (var label in truth.Labels.Concat(prediction.Labels).Distinct().Where(label => label < labels).ToList())
        {
            var (outlines, guesses) = (Boundary(truth, label, truth), Boundary(prediction, label, truth));
            Count(guesses, outlines, truth.Width, radius, ref predicted[label], ref right[label]);
            Count(outlines, guesses, truth.Width, radius, ref actual[label], ref found[label]);
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

    /// <summary>Pixels of a label with a neighbour of another; where the truth is ignored there is none.</summary>
    private static bool[] Boundary(LabelMap map, byte label, LabelMap truth)
    {
        var boundary = new bool[map.Labels.Length];
        for (var row = 0; row < map.Height; row++)
        for (var column = 0; column < map.Width; column++)
        {
            var pixel = row * map.Width + column;
            if (map.Labels[pixel] != label || truth.Labels[pixel] == LabelMap.Ignored) continue;
            boundary[pixel] = Differs(column > 0, pixel - 1) || Differs(column + 1 < map.Width, pixel + 1) || Differs(row > 0, pixel - map.Width) || Differs(row + 1 < map.Height, pixel + map.Width);
        }

        return boundary;

        bool Differs(bool isInside, int neighbour) => isInside && map.Labels[neighbour] != label && truth.Labels[neighbour] != LabelMap.Ignored;
    }

    /// <summary>Counts the set pixels of one map, and those with a set pixel of the other within a disk.</summary>
    private static void Count(bool[] pixels, bool[] others, int width, int radius, ref long all, ref long near)
    {
        var height = pixels.Length / width;
        for (var pixel = 0; pixel < pixels.Length; pixel++)
        {
            if (!pixels[pixel]) continue;
            all++;
            if (IsNear(others, pixel / width, pixel % width, width, height, radius)) near++;
        }
    }

    private static bool IsNear(bool[] others, int row, int column, int width, int height, int radius)
    {
        for (var y = Math.Max(0, row - radius); y <= Math.Min(height - 1, row + radius); y++)
        for (var x = Math.Max(0, column - radius); x <= Math.Min(width - 1, column + radius); x++)
            if (others[y * width + x] && (y - row) * (y - row) + (x - column) * (x - column) <= radius * radius) return true;
        return false;
    }
}
