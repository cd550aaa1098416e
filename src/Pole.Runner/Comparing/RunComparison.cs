using Pole.Pipeline.Evaluation;
using Pole.Runner.Runs;

namespace Pole.Runner.Comparing;

/// <summary>Mean and spread over seeds.</summary>
/// <param name="Mean">0…1.</param>
/// <param name="Deviation">Sample standard deviation; null for one seed.</param>
internal sealed record Spread(double Mean, double? Deviation)
{
    public static Spread Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return new Spread(mean, values.Count < 2 ? null : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)));
    }
}

/// <summary>One row: an experiment over its seeds.</summary>
/// <param name="Axes">Its values of the keys that differ.</param>
/// <param name="Scores">mIoU after each step; null where it does not go as far.</param>
/// <param name="OverSeeds">Difference to the first row by seed; null for the first row itself, and where no seed is common.</param>
/// <param name="OverImages">The same by image, seeds averaged; null for the first row itself, and where the images are not the same.</param>
internal sealed record ComparedGroup(RunGroup Group, IReadOnlyList<string> Axes, IReadOnlyList<Spread?> Scores, SeedDifference? OverSeeds, ScoreDifference? OverImages);

/// <summary>Experiments side by side: in what they differ, how good they are, and whether they differ from the first.</summary>
/// <param name="Axes">Keys of the specs that differ.</param>
/// <param name="Steps">Steps of the chain.</param>
/// <param name="Tested">The step that differences are of: the last that every experiment has.</param>
internal sealed record RunComparison(IReadOnlyList<string> Axes, IReadOnlyList<ScoredStep> Steps, ScoredStep Tested, IReadOnlyList<ComparedGroup> Rows)
{
    /// <summary>Runs whose scores do not compare, though their specs say nothing of it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public static RunComparison Of(IEnumerable<StoredRun> runs)
    {
        var groups = RunGroup.Of(runs);
        List<RunRecord> records = [.. groups.SelectMany(group => group.Runs).Select(run => run.Record)];
        var axes = SpecAxes.Between(groups);
        var steps = groups.SelectMany(group => ScoredStep.All(group.First)).Distinct().ToList();
        var tested = steps.LastOrDefault(step => groups.All(group => group.Scores(step) is not null))
            ?? throw new ExperimentException($"{string.Join(" and ", groups.Select(group => group.Name).Distinct())} have no scored step in common on the same split: compare runs on one data set that has label maps");
        var images = groups.Select(group => (IReadOnlyList<IReadOnlyList<ImageScore>>)[.. group.Runs.Select(run => ImageScore.Read(tested.FileIn(run.Folder)))]).ToList();
        return new RunComparison(axes, steps, tested, [.. groups.Select((group, index) => new ComparedGroup(group, [.. axes.Select(axis => SpecAxes.ValueOf(group, axis))],
            [.. steps.Select(step => group.Scores(step) is { } scores ? Spread.Of(scores) : null)],
            index == 0 ? null : SeedDifference.Between(group.BySeed(tested), groups[0].BySeed(tested)), index == 0 ? null : PairedBootstrap.Compare(images[index], images[0])))])
        {
            Warnings = WarningsOf(records),
        };
    }

    public static IReadOnlyList<string> WarningsOf(IReadOnlyList<RunRecord> records) => [.. DifferentInputs.Between(records), .. DifferentMachines.Between(records)];
}
