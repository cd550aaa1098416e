using System.Globalization;

namespace Pole.Runner.Launching.Slurm;

/// <summary>What SLURM says of jobs that have not ended: PENDING, RUNNING, COMPLETING…, and why a job waits.</summary>
internal sealed class SlurmQueue : ITaskQueue
{
    private readonly Dictionary<string, (string State, string Reason)> elements = new(StringComparer.Ordinal);
    private readonly SlurmJobs jobs;
    private readonly string folder;

    private SlurmQueue(SlurmJobs jobs, string folder) => (this.jobs, this.folder) = (jobs, folder);

    /// <param name="folder">Of the launch.</param>
    public static SlurmQueue Of(SlurmJobs jobs, string folder)
    {
        var queue = new SlurmQueue(jobs, folder);
        var (code, output, error) = SlurmCommand.Try("squeue", "--noheader", "--array", "--format=%i %T %r", $"--jobs={string.Join(',', jobs.Identifiers)}");
        // Jobs that ended long ago are not known any more.
        if (code != 0 && !error.Contains("Invalid job id", StringComparison.Ordinal)) throw new ExperimentException($"squeue: {error}");
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split(' ', 3) is [var id, var state, var reason]) queue.elements[id] = (state, reason);
        return queue;
    }

    public QueuedTask? Find(string step, int index)
    {
        if (jobs.Find(step, index) is not var (job, element)) return null;
        var found = elements.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{job}_{element}"), out var listed) ? listed : default;
        var state = found.State switch { null => QueueState.Gone, "PENDING" => QueueState.Waiting, "RUNNING" or "CONFIGURING" => QueueState.Running, _ => QueueState.Other };
        return new QueuedTask(state, found.Reason, SlurmScript.LogOf(folder, step, job, element.ToString(CultureInfo.InvariantCulture)));
    }
}
