namespace Pole;

/// <summary>What a <see cref="Launcher"/> is to start: sweeps as steps of tasks.</summary>
public sealed record Launch
{
    /// <summary>For what the launcher writes, beside <c>plan.json</c>, <c>logs/</c> and <c>tasks/</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>Names.</summary>
    public required IReadOnlyList<string> Sweeps { get; init; }

    /// <summary>In an order in which they can run.</summary>
    public required IReadOnlyList<LaunchStep> Steps { get; init; }

    /// <summary>Lines of shell before a task; empty for none.</summary>
    public required string Setup { get; init; }

    /// <summary>Tasks at once; null for no bound of the profile or the command line.</summary>
    public required int? Parallel { get; init; }

    /// <summary>The most threads that a spec of the launch sets for torch (<c>compute.threads</c>); null where one of them leaves them to the machine.</summary>
    public required int? Threads { get; init; }

    /// <summary>CUDA devices that the command line names (<c>--devices</c>), for tasks on machines that the launcher knows; null where it names none.</summary>
    public required IReadOnlyList<string>? Devices { get; init; }

    /// <summary>How often a task that reaches its time limit goes back into the queue.</summary>
    public required int Requeues { get; init; }

    /// <summary>Seconds before the time limit at which a task is to be stopped, so that it writes its checkpoint.</summary>
    public required int Grace { get; init; }

    /// <summary>Everything is written and nothing started (<c>--dry-run</c>).</summary>
    public required bool IsDryRun { get; init; }
}
