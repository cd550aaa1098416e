using TorchSharp;

namespace Pole;

/// <summary>What a module may know of the machine it is made on. Nothing here changes a result.</summary>
public sealed record ModuleContext
{
    /// <summary>For what is defined where no machine is chosen and torch may not be there, as in a build or a comparison of specs: a <see cref="Stage"/>, which is told of it by its run, and a <see cref="Launcher"/>, whose tasks choose for themselves.</summary>
    public static ModuleContext None { get; } = new() { Device = null!, CacheFolder = "" };

    /// <exception cref="InvalidOperationException">The context is <see cref="None"/>.</exception>
    public required torch.Device Device
    {
        get => field ?? throw new InvalidOperationException($"there is no device yet: a stage has it from {nameof(StageRun)}.{nameof(StageRun.Modules)}, a launcher has none");
        init;
    }

    /// <summary>The folder of published weights (<c>--weights</c>), or null where none was given.</summary>
    public string? WeightsFolder { get; init; }

    /// <summary>Whether networks are made without published weights, since those of a training are read into them afterwards.</summary>
    public bool WithoutWeights { get; init; }

    /// <summary>The folder that holds data sets (<c>--data</c>), or null where none was given.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The folder where a data set that is rendered keeps its files.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Threads that decode and augment images beside the training (<c>--workers</c>). Results do not depend on it.</summary>
    public int Workers { get; init; }
}
