namespace Pole;

/// <summary>
/// One stage of the chain: what it reads, what it builds on, and how its result is made. Keys, plans, differences and documents are made from this alone. A stage is a
/// module too: <c>[PoleModule]</c> on an <c>IModuleOptions&lt;Stage&gt;</c> puts it into the list <c>stages</c> of a spec, and its place follows from the slots that it takes.
/// </summary>
public abstract class Stage
{
    /// <summary>Names the folder of its results: lower-case, with hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>Raised whenever the same inputs would give another result.</summary>
    public abstract int Version { get; }

    /// <summary>Everything of the spec that it reads.</summary>
    public virtual IReadOnlyList<SpecValue> Reads => [];

    /// <summary>The results that it builds on: what its slots hold at its place in the chain.</summary>
    public virtual IReadOnlyList<TakenSlot> Takes => [];

    /// <summary>What later stages take of its result.</summary>
    public virtual IReadOnlyList<FilledSlot> Fills => [];

    /// <summary>The data that it reads. A stage that reads data has the data set's options in its key too.</summary>
    public virtual IReadOnlyList<DataInput> Data => [];

    /// <summary>Whether the experiment has this stage.</summary>
    public virtual bool AppliesTo(Experiment experiment) => true;

    /// <summary>Whether a result is made and stored; false for a stage that only opens what is there, such as published weights.</summary>
    public virtual bool IsStored(Experiment experiment) => true;

    /// <summary>Files of the weights folder that it reads, besides those of the modules among its <see cref="Reads"/> (<see cref="IReadsWeights"/>).</summary>
    /// <exception cref="ExperimentException">A file is missing.</exception>
    public virtual IReadOnlyList<string> WeightFiles(StageSpec spec, ModuleContext context) => [];

    /// <summary>Makes the result.</summary>
    /// <param name="work">Says where the files go; <see cref="StageWork.CheckpointFolder"/> stays when the run is cut off.</param>
    /// <exception cref="ExperimentException">Data or weights are damaged, or do not fit.</exception>
    public abstract void Produce(StageRun run, StageWork work);
}

/// <summary>A stage that works image by image, in blocks that several runs may share and that are kept when a run is cut off.</summary>
public abstract class ImageStage : Stage
{
    /// <summary>The split whose images it works on.</summary>
    public abstract string SplitOf(StageSpec spec, IDataset dataset);

    /// <summary>Does the blocks that it is given, one after the other.</summary>
    public abstract void Produce(StageRun run, IEnumerable<ImageBlock> blocks);

    /// <summary>Completes the result from every block.</summary>
    public virtual void Merge(StageRun run, DoneBlocks blocks)
    {
    }

    public sealed override void Produce(StageRun run, StageWork work) => throw new NotSupportedException("a stage that works image by image is produced in blocks");
}

/// <summary>A stage without a result of its own: it opens what is there for the stages that take it.</summary>
public abstract class SourceStage : Stage
{
    public sealed override bool IsStored(Experiment experiment) => false;

    public sealed override void Produce(StageRun run, StageWork work) => throw new NotSupportedException("a source is not produced");
}
