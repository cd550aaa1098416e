namespace Pole.Zoo.Affinity;

/// <summary>The pairs within a radius on a grid: every source has every partner inside (jiwoon-ahn/irn, misc/indexing.py).</summary>
public sealed class PairGrid
{
    /// <exception cref="ExperimentException">The grid is too small for pairs of the radius.</exception>
    public PairGrid(int height, int width, int radius)
    {
        if (height < radius || width < 2 * radius - 1) throw new ExperimentException($"affinity: a grid of {width}×{height} cells has no room for pairs of radius {radius}: raise the crop of the training or lower the radius");
        (Height, Width) = (height, width);
        Offsets = PathOffsets.Within(radius);
        var reach = radius - 1;
        Sources = [.. Enumerable.Range(0, height - reach).SelectMany(row => Enumerable.Range(reach, width - 2 * reach).Select(column => row * width + column))];
    }

    public int Height { get; }

    public int Width { get; }

    public IReadOnlyList<PathOffset> Offsets { get; }

    /// <summary>Cells that a pair begins at.</summary>
    public IReadOnlyList<int> Sources { get; }
}
