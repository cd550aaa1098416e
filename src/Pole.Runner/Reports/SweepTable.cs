using System.Globalization;
using Pole.Pipeline;
using Pole.Runner.Specs;
using Spectre.Console;

namespace Pole.Runner.Reports;

/// <summary>The points of a sweep with what differs between them and their mIoU after each step.</summary>
internal static class SweepTable
{
    public const string FileName = "sweep.csv";

    public static void Print(string sweep, IReadOnlyList<ExperimentResult> results)
    {
        var (header, rows) = Cells(results);
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(sweep));
        foreach (var title in header) table.AddColumn(new TableColumn(Markup.Escape(title)).RightAligned());
        foreach (var row in rows) table.AddRow(row.Select(Markup.Escape).ToArray());
        AnsiConsole.Write(table);
    }

    public static void Write(string folder, IReadOnlyList<ExperimentResult> results)
    {
        var (header, rows) = Cells(results);
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, FileName), path => File.WriteAllLines(path, rows.Prepend(header).Select(row => string.Join(',', row.Select(Quote)))));
    }

    private static (IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows) Cells(IReadOnlyList<ExperimentResult> results)
    {
        var values = results.Select(result => ResolvedSpec.Values(result.Experiment)).ToList();
        var axes = values.SelectMany(point => point.Keys).Distinct().Where(path => !path.StartsWith("prompt.corpus.", StringComparison.Ordinal) && values.Select(point => point.GetValueOrDefault(path)?.Value).Distinct().Count() > 1).ToList();
        var steps = results.SelectMany(result => result.Chain).Select(score => (score.Step, score.Split)).Distinct().ToList();
        IReadOnlyList<string> header = [.. axes, $"CAM {results[0].Score.Split}", .. steps.Select(step => $"{step.Step} {step.Split}"), "fingerprint"];
        return (header, [.. results.Zip(values, (result, point) => (IReadOnlyList<string>)
        [
            .. axes.Select(path => point.GetValueOrDefault(path)?.Value ?? "–"), Percent(result.Score.MeanIou),
            .. steps.Select(step => result.Chain.FirstOrDefault(score => (score.Step, score.Split) == step) is { } score ? Percent(score.MeanIou) : "–"), result.Experiment.Fingerprint[..12],
        ])]);
    }

    private static string Percent(double share) => (100 * share).ToString("f1", CultureInfo.InvariantCulture);

    private static string Quote(string cell) => cell.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
