using System.Text.RegularExpressions;
using Pole.Runner.Tracking;

namespace Pole.Runner.Launching;

/// <summary>A machine or cluster that sweeps are launched on: a YAML file that no result and no fingerprint depends on.</summary>
internal sealed partial record MachineProfile
{
    /// <summary>How a task starts pole there, word by word; null for this executable.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Lines of shell before a task, such as <c>module load</c>.</summary>
    public string Setup { get; init; } = "";

    /// <summary>Tasks at once; null for what the launcher does by itself.</summary>
    public int? Parallel { get; init; }

    /// <summary>How often a task that reaches its time limit goes back into the queue.</summary>
    public int Requeues { get; init; } = 50;

    /// <summary>Seconds before the time limit at which a task writes its checkpoint.</summary>
    public int Grace { get; init; } = 120;

    public StageResources Resources { get; init; } = new();

    /// <summary>By stage; <see cref="LaunchPlan.Points"/> and <see cref="LaunchPlan.Report"/> count as stages.</summary>
    public IReadOnlyDictionary<string, StageResources> Stages { get; init; } = new Dictionary<string, StageResources>();

    /// <summary>Options of launchers, by name; of those that the profile has a section of.</summary>
    public IReadOnlyDictionary<string, IModuleOptions<Launcher>> Launchers { get; init; } = new Dictionary<string, IModuleOptions<Launcher>>();

    /// <summary>Where runs are tracked; null where the profile does not say it.</summary>
    public TrackingSection? Tracking { get; init; }

    /// <summary>What the file says in a former way, each with its place.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Of a stage. What is said of a stage holds wherever an experiment has it: for <c>smooth-2</c> too, its second place.</summary>
    public StageResources Of(string stage) => (Stages.GetValueOrDefault(stage) ?? Stages.GetValueOrDefault(PlaceNumber().Replace(stage, ""))) is { } own ? Over(own, Resources) : Resources;

    private static StageResources Over(StageResources own, StageResources general) => new()
    {
        Cpus = own.Cpus ?? general.Cpus,
        Memory = own.Memory ?? general.Memory,
        Gpus = own.Gpus ?? general.Gpus,
        Time = own.Time ?? general.Time,
        Shards = own.Shards ?? general.Shards,
        Device = own.Device ?? general.Device,
        Workers = own.Workers ?? general.Workers,
        Partition = own.Partition ?? general.Partition,
    };

    [GeneratedRegex("-[0-9]+$")]
    private static partial Regex PlaceNumber();
}
