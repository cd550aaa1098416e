using System.Numerics.Tensors;
using Pole.Zoo.Affinity;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// Random walk of CAMs on a grid whose cells hold together unless an edge lies between them (Ahn, Cho, Kwak 2019, IRNet; jiwoon-ahn/irn,
/// misc/indexing.py, propagate_to_edge). The affinity of a pair is 1 − the strongest edge on the straight path between its ends, to the
/// power beta; columns of the transition matrix sum to 1. The reference squares the dense matrix; here a map takes its steps one by one
/// along each offset, so that memory and time grow with the cells and not with their square.
/// </summary>
public sealed class RandomWalk
{
    private readonly int height;
    private readonly int width;
    private readonly float[] keep;
    private readonly float[] inverseSums;
    private readonly List<(int Row, int Column, float[] Affinities)> pairs = [];

    /// <param name="edges">Edge probability of each cell, rows from the top.</param>
    /// <param name="radius">Pairs are closer than this, in cells (5).</param>
    /// <param name="beta">Power of the affinities (10).</param>
    public RandomWalk(ReadOnlySpan<float> edges, int height, int width, int radius, double beta)
    {
        (this.height, this.width) = (height, width);
        keep = new float[edges.Length];
        TensorPrimitives.Subtract(1, edges, keep);
        // Every cell is its own neighbour with affinity 1.
        inverseSums = new float[edges.Length];
        Array.Fill(inverseSums, 1);
        foreach (var offset in PathOffsets.Within(radius))
        {
            if (offset.Row >= height || Math.Abs(offset.Column) >= width) continue;
            var affinities = Affinities(edges, offset, beta);
            pairs.Add((offset.Row, offset.Column, affinities));
            ForEachRow(offset.Row, offset.Column, (from, to, length) =>
            {
                var segment = affinities.AsSpan(from, length);
                TensorPrimitives.Add(inverseSums.AsSpan(to, length), segment, inverseSums.AsSpan(to, length));
                TensorPrimitives.Add(inverseSums.AsSpan(from, length), segment, inverseSums.AsSpan(from, length));
            });
        }

        TensorPrimitives.Reciprocal(inverseSums, inverseSums);
    }

    /// <summary>Lets a map walk; edges start with nothing.</summary>
    /// <param name="map">One value a cell.</param>
    /// <param name="steps">Number of steps: 2^8 in the reference.</param>
    public float[] Propagate(ReadOnlySpan<float> map, int steps)
    {
        var (current, next) = (new float[map.Length], new float[map.Length]);
        TensorPrimitives.Multiply(map, keep, current);
        for (var step = 0; step < steps; step++)
        {
            current.CopyTo(next, 0);
            foreach (var (row, column, affinities) in pairs) Spread(current, next, affinities, row, column);
            TensorPrimitives.Multiply(next, inverseSums, next);
            (current, next) = (next, current);
        }

        return current;
    }

    private void Spread(float[] current, float[] next, float[] affinities, int row, int column)
    {
        ForEachRow(row, column, (from, to, length) =>
        {
            var segment = affinities.AsSpan(from, length);
            TensorPrimitives.MultiplyAdd(current.AsSpan(from, length), segment, next.AsSpan(to, length), next.AsSpan(to, length));
            TensorPrimitives.MultiplyAdd(current.AsSpan(to, length), segment, next.AsSpan(from, length), next.AsSpan(from, length));
        });
    }

    private float[] Affinities(ReadOnlySpan<float> edges, PathOffset offset, double beta)
    {
        var strongest = new float[edges.Length];
        foreach (var (row, column) in offset.Path)
        {
            for (var top = 0; top < height - offset.Row; top++)
            {
                var (left, length) = Columns(offset.Column);
                var from = top * width + left;
                TensorPrimitives.Max(strongest.AsSpan(from, length), edges.Slice(from + row * width + column, length), strongest.AsSpan(from, length));
            }
        }

        TensorPrimitives.Subtract(1, strongest, strongest);
        TensorPrimitives.Pow(strongest, (float)beta, strongest);
        return strongest;
    }

    /// <summary>Calls with the place of the first cell, of its partner, and the number of such pairs, for each row.</summary>
    private void ForEachRow(int row, int column, Action<int, int, int> pair)
    {
        var (left, length) = Columns(column);
        for (var top = 0; top < height - row; top++) pair(top * width + left, (top + row) * width + left + column, length);
    }

    /// <summary>The columns whose partner is inside.</summary>
    private (int Left, int Length) Columns(int column) => (Math.Max(0, -column), width - Math.Abs(column));
}
