using System.Numerics.Tensors;

namespace Pole.Zoo.Affinity;

/// <summary>Affinities from edges: 1 − the strongest edge on the straight path between two cells (jiwoon-ahn/irn, misc/indexing.py).</summary>
public static class EdgeAffinities
{
    /// <param name="edges">Edge probability of each cell, rows from the top.</param>
    /// <param name="radius">Pairs are closer than this, in cells (5).</param>
    public static CellAffinities Find(float[] edges, int height, int width, int radius) => new(height, width,
        [.. PathOffsets.Within(radius).Where(offset => offset.Row < height && Math.Abs(offset.Column) < width).Select(offset => new PairAffinities(offset.Row, offset.Column, Along(edges, height, width, offset)))], edges);

    private static float[] Along(float[] edges, int height, int width, PathOffset offset)
    {
        var strongest = new float[edges.Length];
        var (left, length) = (Math.Max(0, -offset.Column), width - Math.Abs(offset.Column));
        foreach (var (row, column) in offset.Path)
        for (var top = 0; top < height - offset.Row; top++)
        {
            var from = top * width + left;
            TensorPrimitives.Max(strongest.AsSpan(from, length), edges.AsSpan(from + row * width + column, length), strongest.AsSpan(from, length));
        }

        TensorPrimitives.Subtract(1, strongest, strongest);
        return strongest;
    }
}
