namespace Pole.Zoo.Segmentation.WeClip;

/// <summary>Sizes of a <see cref="WeClipNetwork"/> above its frozen tower; the defaults are the published ones.</summary>
public sealed record WeClipShape
{
    public required int Labels { get; init; }

    /// <summary>Blocks before the last whose outputs are features, counted from the last of them.</summary>
    public required int FeatureMaps { get; init; }

    public int Width { get; init; } = 256;

    public int Layers { get; init; } = 3;

    public int Heads { get; init; } = 8;

    /// <summary>Share of the fused channels that are dropped in training.</summary>
    public double Dropout { get; init; } = 0.1;
}
