namespace Pole.Runner.Launching;

/// <summary>What a task of a stage needs of a machine; what is null is taken from the profile's general resources, or left to the engine.</summary>
internal sealed record StageResources
{
    public int? Cpus { get; init; }

    /// <summary>Megabytes, of 2²⁰ bytes.</summary>
    public long? Memory { get; init; }

    public int? Gpus { get; init; }

    /// <summary>After which the engine ends a task.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Parts of the images of a stage that works image by image.</summary>
    public int? Shards { get; init; }

    /// <summary>cpu, cuda or auto.</summary>
    public string? Device { get; init; }

    /// <summary>Threads that decode and augment.</summary>
    public int? Workers { get; init; }

    public string? Partition { get; init; }

    public StageResources Over(StageResources general) => new()
    {
        Cpus = Cpus ?? general.Cpus,
        Memory = Memory ?? general.Memory,
        Gpus = Gpus ?? general.Gpus,
        Time = Time ?? general.Time,
        Shards = Shards ?? general.Shards,
        Device = Device ?? general.Device,
        Workers = Workers ?? general.Workers,
        Partition = Partition ?? general.Partition,
    };
}
