using Pole.Pipeline;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Stages;
using Pole.Runner.Tracking;

namespace Pole.Runner.Launching;

/// <summary>One piece of work of a launch, done by one process.</summary>
/// <param name="Name">The experiment, or the sweep that is reported on.</param>
/// <param name="Shard">The part of the stage's images, <c>2/8</c>; null for all.</param>
/// <param name="Key">Of the stage's result; null where the task makes none.</param>
internal sealed record PlannedTask(string Name, string? Shard, string? Key)
{
    public override string ToString() => Shard is null ? Name : $"{Name} {Shard}";
}

/// <summary>Tasks of one kind, which may run at the same time.</summary>
/// <param name="Name">The stage, or <see cref="LaunchPlan.Points"/>, or <see cref="LaunchPlan.Report"/>.</param>
/// <param name="After">Names of the steps that have to end before.</param>
internal sealed record PlannedStep(string Name, IReadOnlyList<string> After, IReadOnlyList<PlannedTask> Tasks);

/// <summary>
/// Sweeps as steps of tasks: every stage that is not stored, once however many points share it; then the points, which put their runs together from what is stored; then the
/// report. A task that fails takes those with it that build on it, and no others.
/// </summary>
/// <param name="Sweeps">Names.</param>
/// <param name="Steps">In an order in which they can run.</param>
internal sealed record LaunchPlan(IReadOnlyList<string> Sweeps, IReadOnlyList<PlannedStep> Steps)
{
    public const string Points = "points", Report = "report";

    /// <summary>Name of the build that the tasks run; null where a machine's profile says how they start.</summary>
    public string? Build { get; init; }

    /// <summary>Starts the tasks, and knows where they are; null in a plan of a former version, which kept none.</summary>
    public PlannedLauncher? Launcher { get; init; }

    /// <summary>Where the points are tracked; null where the machine profile does not say it.</summary>
    public TrackingSection? Tracking { get; init; }

    public static LaunchPlan Of(IReadOnlyList<string> sweeps, ExperimentSet experiments, MachineProfile profile, RunContext context)
    {
        var points = sweeps.SelectMany(experiments.PointsOf).DistinctBy(point => point.Name).ToList();
        var all = points.SelectMany(point => point.Compare.Select(experiments.Find)).Concat(points).DistinctBy(experiment => experiment.Name).ToList();
        var stages = all.Zip(ExperimentRun.Plan(all, context)).SelectMany(pair => pair.Second.Select(stage => (pair.First.Name, Stage: stage)))
            .Where(entry => !entry.Stage.IsStored).DistinctBy(entry => entry.Stage.Key).ToList();
        var steps = InOrder([.. stages.GroupBy(entry => entry.Stage.Stage).Select(group =>
        {
            var upstream = group.SelectMany(entry => entry.Stage.Upstream).ToHashSet();
            var after = stages.Where(entry => upstream.Contains(entry.Stage.Key)).Select(entry => entry.Stage.Stage).Distinct();
            return new PlannedStep(group.Key, [.. after], [.. group.SelectMany(entry => Tasks(entry.Name, entry.Stage, profile))]);
        })]);
        steps.Add(new PlannedStep(Points, [.. steps.Select(step => step.Name)], [.. points.Select(point => new PlannedTask(point.Name, null, null))]));
        steps.Add(new PlannedStep(Report, [Points], [.. sweeps.Select(sweep => new PlannedTask(sweep, null, null))]));
        return new LaunchPlan(sweeps, steps);
    }

    /// <summary>Each after those that it builds on.</summary>
    private static List<PlannedStep> InOrder(List<PlannedStep> steps)
    {
        var ordered = new List<PlannedStep>();
        while (steps.Count > 0)
        {
            var next = steps.FirstOrDefault(step => steps.All(other => !step.After.Contains(other.Name)))
                ?? throw new ExperimentException($"the experiments have the stages {string.Join(", ", steps.Select(step => step.Name))} in different orders: launch them one after the other");
            ordered.Add(next);
            steps.Remove(next);
        }

        return ordered;
    }

    private static IEnumerable<PlannedTask> Tasks(string experiment, PlannedStage stage, MachineProfile profile)
    {
        var shards = stage.Images is { } images ? Math.Clamp(profile.Of(stage.Stage).Shards ?? 1, 1, Math.Max(1, ImageShard.MostOf(images))) : 1;
        return shards == 1 ? [new PlannedTask(experiment, null, stage.Key)] : Enumerable.Range(0, shards).Select(shard => new PlannedTask(experiment, new ImageShard(shard, shards).ToString(), stage.Key));
    }
}
