namespace Pole;

/// <summary>What a task of a stage needs of a machine; what is null is left to the engine.</summary>
public sealed record StageResources
{
    public int? Cpus { get; init; }

    /// <summary>Megabytes, of 2²⁰ bytes.</summary>
    public long? Memory { get; init; }

    public int? Gpus { get; init; }

    /// <summary>After which the engine ends a task.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Parts of the images of a stage that works image by image.</summary>
    public int? Shards { get; init; }

    /// <summary>cpu, cuda or auto; the command of a task has it already.</summary>
    public string? Device { get; init; }

    /// <summary>Threads that decode and augment; the command of a task has them already.</summary>
    public int? Workers { get; init; }

    /// <summary>The part of a cluster that tasks go to.</summary>
    public string? Partition { get; init; }
}
