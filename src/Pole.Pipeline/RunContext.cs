using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Training;

namespace Pole.Pipeline;

/// <summary>What a run has besides its experiment: the machine, the stored results, and someone who watches.</summary>
public sealed record RunContext(ModuleContext Modules, StageStore Store, IRunProgress Progress, CancellationToken Cancellation)
{
    public CheckpointInterval Checkpoints { get; init; } = new();

    /// <summary>Sees the networks as they learn; null where nobody wants to.</summary>
    public ITrainingObserver? Observer { get; init; }

    /// <summary>What a training in a stage needs besides its network and data.</summary>
    internal TrainingSession Session(StageWork work) => new(work.Name, work.Progress, Cancellation)
    {
        Workers = Modules.Workers,
        Checkpoints = new Checkpoints(work.CheckpointFolder, work.Folder, Checkpoints),
        Observer = Observer,
    };
}
