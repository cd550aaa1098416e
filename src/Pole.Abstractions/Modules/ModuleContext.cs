using TorchSharp;

namespace Pole;

/// <summary>What a module may know of the machine it is made on. Nothing here changes a result.</summary>
public sealed record ModuleContext
{
    public required torch.Device Device { get; init; }

    /// <summary>The folder of published weights (<c>--weights</c>), or null where none was given.</summary>
    public string? WeightsFolder { get; init; }

    /// <summary>The folder that holds data sets (<c>--data</c>), or null where none was given.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The folder where a data set that is rendered keeps its files.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Threads that decode and augment images beside the training (<c>--workers</c>). Results do not depend on it.</summary>
    public int Workers { get; init; }
}
