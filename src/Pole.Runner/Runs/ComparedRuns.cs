using Pole.Pipeline;
using Pole.Runner.Comparing;
using Pole.Runner.Tracking;

namespace Pole.Runner.Runs;

/// <summary>The experiments that another is compared with. One without a run that ended gets a folder of its own, so that whatever takes a run takes these too; they share the store.</summary>
/// <param name="storedOnly">Takes what is stored, and makes nothing and no folder: tasks of a launch, which put runs together at the same time, compare with the same experiments.</param>
internal sealed class ComparedRuns(Experiment experiment, ExperimentSet experiments, string runs, RunContext context, bool storedOnly)
{
    private readonly List<StoredRun> stored = [];

    /// <summary>A run of each of them, once they ran.</summary>
    public IReadOnlyList<StoredRun> Stored => stored;

    public IReadOnlyList<(ExperimentRun Run, ExperimentResult Result)> Run()
    {
        var ended = new List<(ExperimentRun Run, ExperimentResult Result)>();
        foreach (var other in experiment.Compare.Select(experiments.Find)) ended.Add(Run(other, ended));
        return ended;
    }

    /// <param name="before">Those of the comparison that ended, with which it may be compared in turn.</param>
    private (ExperimentRun, ExperimentResult) Run(Experiment other, IReadOnlyList<(ExperimentRun Run, ExperimentResult Result)> before)
    {
        var run = storedOnly ? null : Ended(other);
        if (storedOnly || run is not null)
        {
            if (run is not null) stored.Add(run);
            var again = new ExperimentRun(other, context);
            return (again, storedOnly ? again.Collect() : again.Run());
        }

        var recorded = RecordedRun.Run(other, experiments, runs, context, new RunTracking(null), storedOnly: false, () => [.. before.Where(each => other.Compare.Contains(each.Result.Experiment.Name))]);
        stored.Add(recorded.Stored);
        return (recorded.Comparison.Runs[^1], recorded.Comparison.Results[^1]);
    }

    private StoredRun? Ended(Experiment other)
    {
        try
        {
            return new RunSearch(runs, experiments).Ended(other);
        }
        catch (ExperimentException)
        {
            // A run whose record is damaged is none: a new one comes after it, and is found in its place.
            return null;
        }
    }
}
