using Pole.Compute;
using Pole.Pipeline;
using Pole.Runner.Commands;
using Pole.Runner.Comparing;
using Pole.Runner.Reports;
using Pole.Runner.Tracking;

namespace Pole.Runner.Runs;

/// <summary>An experiment that was run with a folder of its own, and those that it was compared with.</summary>
internal sealed record RecordedRun(Comparison Comparison, StoredRun Stored)
{
    /// <summary>A run of each experiment that it was compared with; none where only what is stored was put together.</summary>
    public IReadOnlyList<StoredRun> Compared { get; init; } = [];

    /// <param name="storedOnly">Takes what is stored and makes nothing.</param>
    public static RecordedRun Run(Experiment experiment, ExperimentSet experiments, string runs, RunContext context, RunTracking tracking, bool storedOnly = false)
    {
        var compared = new ComparedRuns(experiment, experiments, runs, context, storedOnly);
        return Run(experiment, experiments, runs, context, tracking, storedOnly, compared.Run) with { Compared = compared.Stored };
    }

    /// <param name="compared">Runs what it is compared with, once the experiment has its folder: an error there is one of this run.</param>
    public static RecordedRun Run(Experiment experiment, ExperimentSet experiments, string runs, RunContext context, RunTracking tracking, bool storedOnly, Func<IReadOnlyList<(ExperimentRun Run, ExperimentResult Result)>> compared)
    {
        // The record of the environment says what the experiment is computed with.
        TorchCompute.Apply(experiment);
        var folder = RunFolder.Begin(runs, experiment, context.Modules);
        var tensorBoard = new TensorBoardFile(folder.Path, experiment.Cam, context.Modules.Device);
        using var metrics = new MetricsFile(folder.Path);
        using var log = new RunLog(folder.Path, context.Progress, metrics, tensorBoard);
        var (live, status) = (tracking.Begin(experiment, folder.Path, runs, experiments, log.Write), TrackedStatus.Failed);
        try
        {
            var comparison = Comparison.Run(experiment, compared(), context with { Progress = log, Observer = tensorBoard }, storedOnly);
            var record = folder.Complete(comparison.Results[^1]);
            RunReport.Write(folder.Path, comparison, record);
            record.Write(folder.Path);
            log.Write("ended");
            status = TrackedStatus.Finished;
            return new RecordedRun(comparison, new StoredRun(folder.Path, record));
        }
        catch (Exception exception)
        {
            if (exception is OperationCanceledException) status = TrackedStatus.Killed;
            log.Write(exception is OperationCanceledException ? "stopped" : CommandErrors.IsForUser(exception) ? $"error: {exception.Message}" : $"failed: {exception}");
            throw;
        }
        finally
        {
            tracking.End(live, status, folder.Path, log.Write);
        }
    }
}
