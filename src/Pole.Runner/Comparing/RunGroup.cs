using System.Text.RegularExpressions;
using Pole.Pipeline.Evaluation;
using Pole.Runner.Runs;

namespace Pole.Runner.Comparing;

/// <summary>A run that ended, and its folder.</summary>
internal sealed record StoredRun(string Folder, RunRecord Record)
{
    /// <summary>As one line of JSON, the last of <c>--json</c>.</summary>
    public string Line() => Record.Line(Folder);
}

/// <summary>Runs that differ in nothing but the seed.</summary>
/// <param name="Name">The experiment that was named first; of several seeds without the seed.</param>
internal sealed partial record RunGroup(string Name, IReadOnlyList<StoredRun> Runs)
{
    private const string Seed = "seed";

    public RunRecord First => Runs[0].Record;

    /// <summary>In the order in which they were named; of two runs with one fingerprint, from the same data and weights, the first counts.</summary>
    public static IReadOnlyList<RunGroup> Of(IEnumerable<StoredRun> runs) =>
        [.. runs.DistinctBy(run => (run.Record.Fingerprint, InputText(run.Record))).GroupBy(run => (SpecText(run.Record), InputText(run.Record))).Select(group => Of([.. group]))];

    private static RunGroup Of(IReadOnlyList<StoredRun> runs) => new(runs.Count == 1 ? runs[0].Record.Experiment : WithoutSeed(runs[0].Record.Experiment), [.. runs.OrderBy(run => run.Record.Seed)]);

    /// <summary><c>sweep/seed-0-synonyms-4</c> is one of several runs; what they have in common is <c>sweep/synonyms-4</c>.</summary>
    private static string WithoutSeed(string name) => SeedOfName().Replace(name, "") is { Length: > 0 } rest ? rest : name;

    [GeneratedRegex(@"(?<=^|/)seed-[0-9]+-|/seed-[0-9]+(?=$|/)|-seed-[0-9]+(?=$|[-/])")]
    private static partial Regex SeedOfName();

    /// <summary>A value of the spec; null where the key is not given.</summary>
    public string? Value(string path) => First.Spec.GetValueOrDefault(path);

    public bool HasBelow(string path) => First.Spec.Keys.Any(key => key == path || key.StartsWith($"{path}.", StringComparison.Ordinal));

    /// <summary>mIoU of each seed after one step, 0…1; null where the experiment does not go as far.</summary>
    public IReadOnlyList<double>? Scores(ScoredStep step) => Runs.Select(run => step.Of(run.Record)).ToList() is var scores && scores.All(score => score is not null) ? [.. scores.Select(score => score!.Value.MeanIou)] : null;

    /// <summary>mIoU of each seed after a step that the experiment has, 0…1.</summary>
    public IReadOnlyDictionary<int, double> BySeed(ScoredStep step) => Runs.DistinctBy(run => run.Record.Seed).ToDictionary(run => run.Record.Seed, run => step.Of(run.Record)!.Value.MeanIou);

    private static string InputText(RunRecord record) => string.Join('\n', record.Inputs.Select(input => $"{input.Key} {input.Value}").Order(StringComparer.Ordinal));

    private static string SpecText(RunRecord record) => string.Join('\n', record.Spec.Where(entry => entry.Key != Seed).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}: {entry.Value}"));
}

/// <summary>A step of the chain on a split.</summary>
internal sealed record ScoredStep(string Step, string Split)
{
    public override string ToString() => $"{Step} {Split}";

    /// <summary>The steps of a run in the order of the chain: CAMs on the held-out split first; none where nothing was measured.</summary>
    public static IEnumerable<ScoredStep> All(RunRecord record) => [.. new[] { OfCams(record) }.OfType<ScoredStep>().Concat(record.Chain.Select(score => new ScoredStep(score.Step, score.Split))).Distinct()];

    private static ScoredStep? OfCams(RunRecord record) => record.Score is { } score ? new(ChainScore.Cam, score.Split) : null;

    /// <summary>mIoU, 0…1, and the images that it was measured on; null where the experiment does not go as far.</summary>
    public (double MeanIou, int Images)? Of(RunRecord record)
    {
        if (record.Score is { } cams && this == OfCams(record)) return (cams.MeanIou, cams.Images);
        return record.Chain.FirstOrDefault(score => (score.Step, score.Split) == (Step, Split)) is { } found ? (found.MeanIou, found.Images) : null;
    }

    /// <summary>What it is measured by besides, 0…1 by the metric's name.</summary>
    public IReadOnlyDictionary<string, double?> MetricsOf(RunRecord record) => this == OfCams(record) ? record.Score!.Metrics : record.Chain.First(score => (score.Step, score.Split) == (Step, Split)).Metrics;

    /// <summary>Intersection over union of background and each class; null where it is absent.</summary>
    public IReadOnlyList<double?> IouOf(RunRecord record) => this == OfCams(record) ? record.Score!.Iou : record.Chain.First(score => (score.Step, score.Split) == (Step, Split)).Iou;

    public string FileIn(string folder) => Path.Combine(folder, RunFolder.OutputsFolder, RunFolder.ImagesFileOf(Step, Split));
}
