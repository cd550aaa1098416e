namespace Pole.Pipeline.Artifacts;

/// <summary>Which results of stages a run may produce; the others must be stored.</summary>
public sealed record ProductionScope
{
    private readonly bool isOpen;
    private readonly string? stage;

    private ProductionScope(bool isOpen, string? stage, ImageShard? shard) => (this.isOpen, this.stage, Shard) = (isOpen, stage, shard);

    public static ProductionScope Everything { get; } = new(true, null, null);

    public static ProductionScope Nothing { get; } = new(false, null, null);

    /// <summary>The images of a stage that are this run's to do; null for all.</summary>
    public ImageShard? Shard { get; }

    /// <param name="shard">A part of the stage's images; null for all. Only for stages that work image by image.</param>
    public static ProductionScope Only(string stage, ImageShard? shard) => new(true, stage, shard);

    public bool Allows(string produced) => isOpen && (stage is null || stage == produced);

    /// <summary>What others finished may be put together, though not begun.</summary>
    public bool AllowsMerging => isOpen;
}
