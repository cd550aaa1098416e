using System.Globalization;
using System.Text;
using Pole.Pipeline.Evaluation;
using Pole.Runner.Formats;
using Pole.Runner.Reports;

namespace Pole.Runner.Comparing;

/// <summary>A comparison as Markdown, CSV and LaTeX. CSV has a column for each number; the others put mean and spread together.</summary>
internal static class ComparisonText
{
    public static string Markdown(RunComparison comparison)
    {
        var (header, rows) = Cells(comparison);
        var text = new StringBuilder($"{MarkdownText.Row(header)}|{string.Concat(header.Select((_, index) => index <= comparison.Axes.Count ? "---|" : "---:|"))}\n");
        foreach (var row in rows) text.Append(MarkdownText.Row(row));
        foreach (var warning in comparison.Warnings) text.Append($"\n**Warning:** {MarkdownText.Cell(warning)}.\n");
        return text.Append($"\n{Legend(comparison)}\n").ToString();
    }

    public static string Csv(RunComparison comparison)
    {
        var text = new StringBuilder();
        Line(["experiment", .. comparison.Axes, "seeds", .. comparison.Steps.SelectMany(step => new[] { $"{step} mean", $"{step} deviation" }), $"{comparison.Tested} difference", "low over seeds", "high over seeds", "p over seeds", "paired seeds", "verdict", "low over images", "high over images", "p over images", "fingerprints"]);
        foreach (var row in comparison.Rows)
            Line([row.Group.Name, .. row.Axes, Number(row.Group.Runs.Count), .. row.Scores.SelectMany(score => new[] { Number(score?.Mean), Number(score?.Deviation) }),
                Number(row.OverSeeds?.Mean), Number(row.OverSeeds?.Interval?.Low), Number(row.OverSeeds?.Interval?.High), Number(row.OverSeeds?.Probability), Number(row.OverSeeds?.Seeds), row.OverSeeds?.Verdict ?? "",
                Number(row.OverImages?.Low), Number(row.OverImages?.High), Number(row.OverImages?.Probability), string.Join(' ', row.Group.Runs.Select(run => run.Record.Fingerprint))]);
        return text.ToString();

        void Line(IEnumerable<string> cells) => text.Append(CsvText.Line(cells));

        static string Number(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>For the package booktabs.</summary>
    public static string Latex(RunComparison comparison)
    {
        var (header, rows) = Cells(comparison);
        var text = new StringBuilder($"\\begin{{tabular}}{{{new string('l', comparison.Axes.Count + 1)}{new string('r', header.Count - comparison.Axes.Count - 1)}}}\n\\toprule\n");
        text.Append(LatexText.Row(header)).Append("\\midrule\n");
        foreach (var row in rows) text.Append(LatexText.Row(row));
        return text.Append("\\bottomrule\n\\end{tabular}\n").ToString();
    }

    /// <summary>What the columns of differences mean.</summary>
    public static string Legend(RunComparison comparison) =>
        $"mIoU %, mean ± standard deviation over seeds. Differences of {comparison.Tested} to the first row, paired by seed, with the 95 % interval of Student's t over seeds; no difference is claimed on fewer than {SeedDifference.LeastSeeds} seeds, and the seeds needed are those of which four in five comparisons would tell a difference of this size. " +
        $"The interval over images (paired bootstrap, {PairedBootstrap.Resamples.ToString("N0", CultureInfo.InvariantCulture)} resamples of {comparison.Tested.Of(comparison.Rows[0].Group.First)!.Value.Images} images, seeds averaged) is about other images and these trainings, not about other seeds.{Modes(comparison)}{Supervision(comparison)}";

    /// <summary>Rows with the experiment, its differences and its scores as people read them.</summary>
    public static (IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows) Cells(RunComparison comparison) => (
        ["experiment", .. comparison.Axes, "seeds", .. comparison.Steps.Select(step => step.ToString()), "difference", "95 % over seeds", "verdict", "95 % over images"],
        [.. comparison.Rows.Select(row => (IReadOnlyList<string>)
        [
            ScoreTable.WithSupervision(row.Group.Name, row.Group.First.Supervision), .. row.Axes, row.Group.Runs.Count.ToString(CultureInfo.InvariantCulture), .. row.Scores.Select(score => score is null ? "–" : Percentage.Of(score.Mean) + (score.Deviation is { } deviation ? $" ± {Percentage.Of(deviation)}" : "")),
            Signed(row.OverSeeds?.Mean), row.OverSeeds?.Interval is var (low, high) ? $"{Signed(low)} … {Signed(high)}" : "", row.OverSeeds?.Verdict ?? "", row.OverImages is { } images ? $"{Signed(images.Low)} … {Signed(images.High)}" : "",
        ])]);

    /// <summary>How the CAMs of the rows were scored, and against which masks.</summary>
    private static string Modes(RunComparison comparison)
    {
        var records = comparison.Rows.SelectMany(row => row.Group.Runs).Select(run => run.Record).ToList();
        var modes = records.Select(record => record.Score).OfType<SegmentationScore>().Select(score => CamMode.Threshold(score.Threshold)).Distinct();
        var masks = records.SelectMany(record => record.Chain.Select(score => (score.Split, score.Masks)).Prepend((record.Score!.Split, record.Score.Masks))).Where(score => score.Masks is not null).Distinct().Select(score => $"{score.Split} {score.Masks}").ToList();
        return $" Scored as {string.Join("; ", modes)}.{(masks.Count > 0 ? $" Masks: {string.Join("; ", masks)}." : "")}";
    }

    /// <summary>Which rows have more to learn from than the others.</summary>
    private static string Supervision(RunComparison comparison)
    {
        var added = comparison.Rows.SelectMany(row => row.Group.First.Supervision).Distinct().ToList();
        return added.Count == 0 ? "" : $" Rows with {string.Join(" and ", added.Select(supervision => $"+ {supervision}"))} have more supervision than image-level labels.";
    }

    private static string Signed(double? share) => share is null ? "" : (100 * share.Value).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);
}
