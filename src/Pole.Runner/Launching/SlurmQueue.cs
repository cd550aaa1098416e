namespace Pole.Runner.Launching;

/// <summary>What SLURM says of jobs that have not ended: PENDING, RUNNING, COMPLETING…, and why a job waits.</summary>
internal sealed class SlurmQueue
{
    private readonly Dictionary<string, (string State, string Reason)> elements = new(StringComparer.Ordinal);

    /// <param name="jobs">Identifiers of arrays.</param>
    public static SlurmQueue Of(IEnumerable<string> jobs)
    {
        var queue = new SlurmQueue();
        var (code, output, error) = EngineCommand.Try("squeue", "--noheader", "--array", "--format=%i %T %r", $"--jobs={string.Join(',', jobs)}");
        // Jobs that ended long ago are not known any more.
        if (code != 0 && !error.Contains("Invalid job id", StringComparison.Ordinal)) throw new ExperimentException($"squeue: {error}");
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split(' ', 3) is [var id, var state, var reason]) queue.elements[id] = (state, reason);
        return queue;
    }

    /// <returns>Null where the element has ended.</returns>
    public (string State, string Reason)? Of(string job, int element) => elements.TryGetValue($"{job}_{element}", out var found) ? found : null;
}
