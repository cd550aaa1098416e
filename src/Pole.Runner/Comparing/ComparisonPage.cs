using System.Globalization;
using Pole.Runner.Reports;
using Pole.Runner.Reports.Html;

namespace Pole.Runner.Comparing;

/// <summary>A comparison as one HTML page with its figures.</summary>
internal static class ComparisonPage
{
    public static string Write(string title, RunComparison comparison)
    {
        var page = new HtmlPage(title).Quiet(ComparisonText.Legend(comparison)).Table(Table(comparison));
        foreach (var warning in comparison.Warnings) page.Paragraph($"Warning: {warning}.");
        List<string> figures = [.. new[] { ComparisonFigures.NamesAgainstScore(comparison), ComparisonFigures.GroundTruthNames(comparison) }.OfType<string>()];
        if (figures.Count > 0) page.Heading("Figures").Charts(figures);
        page.Heading("Runs").Table(Runs(comparison));
        return page.ToString();
    }

    private static HtmlTable Table(RunComparison comparison)
    {
        var (header, rows) = ComparisonText.Cells(comparison);
        var table = new HtmlTable(header);
        var firstScore = comparison.Axes.Count + 2;
        foreach (var (row, cells) in comparison.Rows.Zip(rows))
            table.Row([.. cells.Select((cell, column) => column switch
            {
                _ when column == firstScore - 1 => new HtmlCell(cell, row.Group.Runs.Count),
                _ when column >= firstScore && column < firstScore + comparison.Steps.Count => row.Scores[column - firstScore] is { } score ? new HtmlCell(cell, score.Mean) : new HtmlCell(cell, -1),
                _ when column == firstScore + comparison.Steps.Count => new HtmlCell(cell, row.OverSeeds?.Mean ?? 0),
                _ when column == firstScore + comparison.Steps.Count + 2 => new HtmlCell(cell, row.OverSeeds?.Probability ?? 1),
                _ => new HtmlCell(cell),
            })]);
        return table;
    }

    private static HtmlTable Runs(RunComparison comparison)
    {
        var table = new HtmlTable(["experiment", "seed", .. comparison.Steps.Select(step => step.ToString()), "fingerprint", "ended", "folder"]);
        foreach (var run in comparison.Rows.SelectMany(row => row.Group.Runs))
            table.Row([ScoreTable.WithSupervision(run.Record.Experiment, run.Record.Supervision), HtmlCell.Number(run.Record.Seed, "f0"), .. comparison.Steps.Select(step => HtmlCell.Percent(step.Of(run.Record)?.MeanIou)), run.Record.Fingerprint[..12], run.Record.Ended.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), run.Folder]);
        return table;
    }
}
