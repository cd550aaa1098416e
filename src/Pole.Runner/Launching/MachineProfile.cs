using System.Text.RegularExpressions;

namespace Pole.Runner.Launching;

/// <summary>A machine or cluster that sweeps are launched on: a YAML file that no result and no fingerprint depends on.</summary>
internal sealed partial record MachineProfile
{
    /// <summary>How a task starts pole there, word by word; null for this executable.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Lines of shell before a task, such as <c>module load</c>.</summary>
    public string Setup { get; init; } = "";

    /// <summary>Tasks at once; null for no bound (SLURM, Kubernetes) or one (local).</summary>
    public int? Parallel { get; init; }

    /// <summary>CUDA devices that local tasks are spread over; empty for what a task finds by itself.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>How often a task that reaches its time limit goes back into the queue.</summary>
    public int Requeues { get; init; } = 50;

    /// <summary>Seconds before the time limit at which a task writes its checkpoint.</summary>
    public int Grace { get; init; } = 120;

    public string? Account { get; init; }

    /// <summary>SLURM's quality of service.</summary>
    public string? Qos { get; init; }

    public string? Constraint { get; init; }

    public StageResources Resources { get; init; } = new();

    /// <summary>By stage; <see cref="LaunchPlan.Points"/> and <see cref="LaunchPlan.Report"/> count as stages.</summary>
    public IReadOnlyDictionary<string, StageResources> Stages { get; init; } = new Dictionary<string, StageResources>();

    /// <summary>Null where the machine is no Kubernetes cluster.</summary>
    public KubernetesOptions? Kubernetes { get; init; }

    /// <summary>Of a stage. What is said of a stage holds wherever an experiment has it: for <c>smooth-2</c> too, its second place.</summary>
    public StageResources Of(string stage) => (Stages.GetValueOrDefault(stage) ?? Stages.GetValueOrDefault(PlaceNumber().Replace(stage, "")))?.Over(Resources) ?? Resources;

    [GeneratedRegex("-[0-9]+$")]
    private static partial Regex PlaceNumber();
}

/// <summary>What pods need besides resources.</summary>
internal sealed record KubernetesOptions
{
    /// <summary>Container image with pole in it.</summary>
    public required string Image { get; init; }

    /// <summary>Name of the persistent volume claim that holds store, runs, data and weights.</summary>
    public required string Claim { get; init; }

    /// <summary>Where it is mounted.</summary>
    public required string Mount { get; init; }

    public string? Namespace { get; init; }
}
