using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline;

/// <summary>Run-time environment of an experiment: the machine, the store, progress and an observer.</summary>
public sealed record RunContext(ModuleContext Modules, StageStore Store, IRunProgress Progress, CancellationToken Cancellation)
{
    public CheckpointInterval Checkpoints { get; init; } = new();

    /// <summary>Sees the networks as they learn; null for none.</summary>
    public ITrainingObserver? Observer { get; init; }

    /// <summary>Digests of images, label maps and weights.</summary>
    public FileDigests Digests { get; init; } = new(FilesFolder(Modules));

    /// <summary>Digests with what they are made of.</summary>
    public DigestContents Contents { get; } = new(Path.Combine(InputsFolder(Modules), "samples"));

    /// <summary>Reads every image, label map and weights file again, instead of trusting length and time of last change.</summary>
    public RunContext Verifying() => this with { Digests = new FileDigests(FilesFolder(Modules), verify: true) };

    private static string FilesFolder(ModuleContext modules) => Path.Combine(InputsFolder(modules), "files");

    /// <summary>In the store, beside rendered data and the results of stages.</summary>
    private static string InputsFolder(ModuleContext modules) => Path.GetFullPath(Path.Combine(modules.CacheFolder, "..", "inputs"));
}
