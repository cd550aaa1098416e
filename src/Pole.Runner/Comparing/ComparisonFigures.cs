using System.Globalization;
using Pole.Runner.Reports.Drawing;

namespace Pole.Runner.Comparing;

/// <summary>The paper's figures, drawn from compared runs.</summary>
internal static class ComparisonFigures
{
    private const string Synonyms = "prompt.synonyms", CorpusKey = "prompt.corpus";

    /// <summary>Figure 3: mIoU of the CAMs against the number of names, a line a corpus; null where the runs do not vary it.</summary>
    public static string? NamesAgainstScore(RunComparison comparison)
    {
        var rows = comparison.Rows.Where(row => row.Group.Value(Synonyms) is not null).ToList();
        if (rows.Select(row => row.Group.Value(Synonyms)).Distinct().Count() < 2) return null;
        var step = comparison.Steps[0];
        // Where something besides corpus and number differs, each combination of it is a line of its own.
        var others = comparison.Axes.Where(axis => axis is not (Synonyms or CorpusKey) && rows.Select(row => SpecAxes.ValueOf(row.Group, axis)).Distinct().Count() > 1).ToList();
        var lines = rows.GroupBy(row => string.Join(", ", others.Select(axis => $"{axis} {SpecAxes.ValueOf(row.Group, axis)}").Prepend(row.Group.Value(CorpusKey)!)))
            .Select(group => new ChartLine(group.Key, [.. group.Select(row => Point(row)).OrderBy(point => point.X)])).ToList();
        return LineChart.Draw($"mIoU of {step} against the number of names", "names a class, the ground-truth name included", "mIoU %", lines);
    }

    /// <summary>Figure 4: in how many images of each class the ground-truth name was chosen; null where no run chooses.</summary>
    public static string? GroundTruthNames(RunComparison comparison)
    {
        var rows = comparison.Rows.Where(row => row.Group.First.GroundTruthNames.Count > 0).ToList();
        if (rows.Count == 0) return null;
        var classes = rows.SelectMany(row => row.Group.First.GroundTruthNames.Keys).Distinct().ToList();
        return RadarChart.Draw("Images in which the ground-truth name was chosen, mean over seeds", classes, [.. rows.Take(Svg.Colours).Select(row => (NameOf(row),
            (IReadOnlyList<double?>)[.. classes.Select(name => row.Group.Runs.Select(run => run.Record.GroundTruthNames.TryGetValue(name, out var share) ? share : (double?)null).Average())]))]);

        string NameOf(ComparedGroup row) => comparison.Axes.Count == 0 ? row.Group.Name : string.Join(", ", comparison.Axes.Zip(row.Axes, (axis, value) => $"{axis[(axis.LastIndexOf('.') + 1)..]} {value}"));
    }

    private static ChartPoint Point(ComparedGroup row) =>
        new(double.Parse(row.Group.Value(Synonyms)!, CultureInfo.InvariantCulture), 100 * row.Scores[0]!.Mean, 100 * (row.Scores[0]!.Deviation ?? 0));
}
