using Pole.Pipeline.Evaluation;
using Pole.Runner.Runs;

namespace Pole.Runner.Comparing;

/// <summary>One row a run, for a program: every key of the resolved specs that differs, and every score, 0…1.</summary>
/// <param name="Rows">A cell is a text, a number, a <see cref="SpecText"/>, or null where the run does not have it.</param>
internal sealed record RunTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows)
{
    private const string Seed = "seed";

    public static RunTable Of(IReadOnlyList<StoredRun> runs)
    {
        List<StoredRun> rows = [.. runs.DistinctBy(run => Path.GetFullPath(run.Folder))];
        var keys = DifferingKeys([.. rows.Select(run => run.Record)]);
        var scores = rows.Select(run => Scores(run.Record).DistinctBy(score => score.Key).ToDictionary()).ToList();
        List<string> scoreColumns = [.. scores.SelectMany(score => score.Keys).Distinct()];
        return new RunTable(["experiment", "folder", "fingerprint", Seed, "method", .. keys, "CAM mode", .. scoreColumns],
            [.. rows.Zip(scores).Select(row => (IReadOnlyList<object?>)
            [
                row.First.Record.Experiment, row.First.Folder, row.First.Record.Fingerprint, (double)row.First.Record.Seed, row.First.Record.Method, .. keys.Select(key => (object?)SpecText.Of(row.First.Record.Spec.GetValueOrDefault(key))),
                row.First.Record.Score is { } score ? CamMode.Threshold(score.Threshold) : null, .. scoreColumns.Select(column => (object?)row.Second.GetValueOrDefault(column)),
            ])]);
    }

    /// <summary>All of them, unlike <see cref="SpecAxes"/>, which puts a part that only some runs have into one column.</summary>
    private static List<string> DifferingKeys(IReadOnlyList<RunRecord> records) =>
        [.. records.SelectMany(record => record.Spec.Keys).Distinct().Where(key => key != Seed && records.Select(record => record.Spec.GetValueOrDefault(key)).Distinct().Count() > 1).Order(StringComparer.Ordinal)];

    private static IEnumerable<KeyValuePair<string, double?>> Scores(RunRecord record)
    {
        foreach (var step in ScoredStep.All(record))
        {
            yield return new($"{step} mIoU", step.Of(record)?.MeanIou);
            foreach (var (metric, value) in step.MetricsOf(record)) yield return new($"{step} {metric}", value);
            foreach (var (label, iou) in (record.Score?.Labels ?? []).Zip(step.IouOf(record))) yield return new($"{step} IoU {label}", iou);
        }

        if (record.GroundTruthNameChosen is { } chosen) yield return new("ground-truth name chosen", chosen);
    }
}
