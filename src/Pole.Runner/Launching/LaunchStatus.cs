namespace Pole.Runner.Launching;

/// <summary>How far one task is.</summary>
/// <param name="State">pending, running, done, failed, stopped or lost.</param>
/// <param name="Note">Why it waits, or what went wrong.</param>
internal sealed record LaunchedTask(PlannedStep Step, int Index, string State, string? Note, TaskState? Written, string? Log)
{
    public PlannedTask Task => Step.Tasks[Index];
}

/// <summary>How far a launch is: what its tasks wrote, what the launcher's engine says of those that have not ended.</summary>
internal static class LaunchStatus
{
    public const string Pending = "pending", Running = "running", Done = "done", Failed = "failed", Stopped = "stopped", Lost = "lost";

    /// <exception cref="ExperimentException">A file is damaged, or the engine cannot be asked.</exception>
    public static IReadOnlyList<LaunchedTask> Of(LaunchFolder folder)
    {
        var queue = folder.FindLauncher()?.FindQueue(folder.Path);
        return [.. folder.Plan.Steps.SelectMany(step => step.Tasks.Select((_, index) => Of(folder, step, index, queue?.Find(step.Name, index))))];
    }

    private static LaunchedTask Of(LaunchFolder folder, PlannedStep step, int index, QueuedTask? queued)
    {
        var written = TaskState.Read(folder.StateOf(step, index));
        var log = queued?.LogFile ?? folder.LogOf(step, index);
        var (state, note) = queued switch
        {
            { State: QueueState.Waiting } => (Pending, queued.Reason),
            { State: QueueState.Running } => (Running, null),
            // Killed, not by itself: no process is there to say so.
            { State: QueueState.Gone } when written is { Outcome: TaskOutcome.Running } => (Lost, "its process was killed"),
            { State: QueueState.Gone } when written is null => (Lost, File.Exists(log) && File.ReadLines(log).LastOrDefault() is { } last ? last : "it was cancelled before it started"),
            _ => Written(written),
        };
        return new LaunchedTask(step, index, state, note, written, File.Exists(log) ? log : null);
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
