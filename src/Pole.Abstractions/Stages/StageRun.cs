namespace Pole;

/// <summary>A stage at work for one experiment: what it may read, and what it runs on.</summary>
public abstract class StageRun
{
    public abstract StageSpec Spec { get; }

    /// <summary>Prepared. Its images come from <see cref="Samples"/>.</summary>
    public abstract IDataset Dataset { get; }

    /// <summary>What modules may know of the machine.</summary>
    public abstract ModuleContext Modules { get; }

    public abstract CancellationToken Cancellation { get; }

    /// <summary>How often a training writes a checkpoint.</summary>
    public abstract CheckpointInterval Checkpoints { get; }

    /// <summary>Sees the networks as they learn; null for none.</summary>
    public abstract ITrainingObserver? Observer { get; }

    /// <summary>What a slot holds at the stage's place; opened once for all stages that take it, and not the caller's to dispose.</summary>
    /// <exception cref="InvalidOperationException">The stage does not take the slot: its key would not depend on what it holds.</exception>
    public abstract T Take<T>(Slot<T> slot) where T : notnull;

    /// <summary>Whether the experiment makes the stage take a slot.</summary>
    public abstract bool Holds(Slot slot);

    /// <summary>The samples of a split, with the parts that the stage declared.</summary>
    /// <exception cref="InvalidOperationException">The stage does not declare the split; and when a sample is asked for a part that it does not declare: its key would not depend on it.</exception>
    public abstract IReadOnlyList<ISample> Samples(string split);
}
