using System.Globalization;

namespace Pole.Runner.Launching;

/// <summary>How far one task is.</summary>
/// <param name="State">pending, running, done, failed, stopped or lost.</param>
/// <param name="Note">Why it waits, or what went wrong.</param>
internal sealed record LaunchedTask(LaunchStep Step, int Index, string State, string? Note, TaskState? Written, string? Log)
{
    public LaunchTask Task => Step.Tasks[Index];
}

/// <summary>How far a launch is: what its tasks wrote, what SLURM says of those that have not ended.</summary>
internal static class LaunchStatus
{
    public const string Pending = "pending", Running = "running", Done = "done", Failed = "failed", Stopped = "stopped", Lost = "lost";

    public static IReadOnlyList<LaunchedTask> Of(LaunchFolder folder)
    {
        var jobs = folder.Jobs;
        var queue = jobs.Count > 0 ? SlurmQueue.Of(jobs.Values.SelectMany(ids => ids)) : null;
        return [.. folder.Plan.Steps.SelectMany(step => step.Tasks.Select((_, index) => Of(folder, step, index, queue, jobs)))];
    }

    private static LaunchedTask Of(LaunchFolder folder, LaunchStep step, int index, SlurmQueue? queue, IReadOnlyDictionary<string, IReadOnlyList<string>> jobs)
    {
        var written = TaskState.Read(folder.StateOf(step, index));
        if (queue is null || !jobs.TryGetValue(step.Name, out var own)) return Ended(folder.LogOf(step, index), Written(written));
        var (job, element) = (own[index / SlurmLauncher.ArraySize], index % SlurmLauncher.ArraySize);
        var log = folder.LogOf(step, job, element.ToString(CultureInfo.InvariantCulture));
        return queue.Of(job, element) switch
        {
            { State: "PENDING" } waiting => Ended(log, (Pending, waiting.Reason)),
            { State: "RUNNING" or "CONFIGURING" } => Ended(log, (Running, null)),
            // Killed, not by itself: no process is there to say so.
            null when written is { Outcome: TaskOutcome.Running } => Ended(log, (Lost, "its process was killed")),
            null when written is null => Ended(log, (Lost, File.Exists(log) && File.ReadLines(log).LastOrDefault() is { } last ? last : "it was cancelled before it started")),
            _ => Ended(log, Written(written)),
        };

        LaunchedTask Ended(string file, (string State, string? Note) found) => new(step, index, found.State, found.Note, written, File.Exists(file) ? file : null);
    }

    private static (string State, string? Note) Written(TaskState? written) => written?.Outcome switch
    {
        null => (Pending, null),
        TaskOutcome.Running => (Running, null),
        TaskOutcome.Done => (Done, null),
        TaskOutcome.Stopped => (Stopped, null),
        _ => (Failed, written.Error),
    };
}
