using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Training;

/// <summary>Trainings in stages.</summary>
public static class StageTraining
{
    /// <summary>What a training in a stage needs besides its network and data.</summary>
    public static TrainingSession Session(this StageRun run, StageWork work) => new(work.Name, work.Progress, run.Cancellation)
    {
        Workers = run.Modules.Workers,
        Checkpoints = new Checkpoints(work.CheckpointFolder, work.Folder, run.Checkpoints),
        Observer = run.Observer,
    };
}
