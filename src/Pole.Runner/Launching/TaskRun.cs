using Pole.Pipeline;
using Pole.Pipeline.Artifacts;
using Pole.Runner.Comparing;
using Pole.Runner.Runs;
using Pole.Runner.Tracking;

namespace Pole.Runner.Launching;

/// <summary>One task of a launch, in the process that does it.</summary>
/// <param name="runs">Folder of runs.</param>
internal sealed class TaskRun(LaunchFolder folder, ExperimentSet experiments, string runs)
{
    /// <summary>Does the task and says in the launch's folder how it ended.</summary>
    /// <param name="run">Gives the work what it needs of the machine.</param>
    public void Run(PlannedStep step, int index, Action<Action<RunContext>> run)
    {
        var path = folder.StateOf(step, index);
        var state = TaskState.Begin(TaskState.Read(path));
        state.Write(path);
        try
        {
            run(context => Work(step.Name, step.Tasks[index], context));
            state.End(TaskOutcome.Done).Write(path);
        }
        catch (OperationCanceledException)
        {
            state.End(TaskOutcome.Stopped).Write(path);
            throw;
        }
        catch (Exception exception)
        {
            state.End(TaskOutcome.Failed, exception.Message).Write(path);
            throw;
        }
    }

    private void Work(string step, PlannedTask task, RunContext context)
    {
        switch (step)
        {
            case LaunchPlan.Points:
                RecordedRun.Run(experiments.Find(task.Name), experiments, runs, context, RunTracking.Of(folder.Plan.Tracking), storedOnly: true);
                break;
            case LaunchPlan.Report:
                Report(task.Name);
                break;
            default:
                var shard = task.Shard is { } text ? ImageShard.Parse(text) : null;
                if (!new ExperimentRun(experiments.Find(task.Name), context).RunStage(step, shard)) Console.WriteLine($"{step}: part {shard} is done, others are not");
                break;
        }
    }

    private void Report(string sweep)
    {
        var search = new RunSearch(runs, experiments);
        var points = experiments.PointsOf(sweep).Select(point => (point.Name, Run: search.Ended(point))).ToList();
        var ended = points.Select(point => point.Run).OfType<StoredRun>().ToList();
        if (ended.Count == 0) throw new ExperimentException($"no point of {sweep} ended: there is nothing to report");
        foreach (var point in points.Where(point => point.Run is null)) Console.Error.WriteLine($"{point.Name} did not end and is left out");
        Console.WriteLine(ComparisonFiles.Write(Path.Combine(runs, sweep), sweep, RunComparison.Of(ended)));
    }
}
