using System.Numerics.Tensors;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// Random walk of maps on a grid whose cells hold together more or less (Ahn and Kwak 2018; Ahn, Cho, Kwak 2019; jiwoon-ahn/irn,
/// misc/indexing.py, propagate_to_edge). Affinities are taken to the power beta; columns of the transition matrix sum to 1. The reference
/// squares the dense matrix; here a map takes its steps one by one along each offset, so that memory and time grow with the cells and not
/// with their square.
/// </summary>
public sealed class RandomWalk
{
    private readonly int height;
    private readonly int width;
    private readonly float[]? keep;
    private readonly float[] inverseSums;
    private readonly List<PairAffinities> pairs;

    /// <param name="beta">Power of the affinities (10 for IRNet, 8 for AffinityNet).</param>
    public RandomWalk(CellAffinities affinities, double beta)
    {
        (height, width) = (affinities.Height, affinities.Width);
        if (affinities.Edges is { } edges)
        {
            keep = new float[edges.Length];
            TensorPrimitives.Subtract(1, edges, keep);
        }

        pairs = [.. affinities.Pairs.Select(pair => pair with { Values = Power(pair.Values, beta) })];
        // Every cell is its own neighbour with affinity 1.
        inverseSums = new float[height * width];
        Array.Fill(inverseSums, 1);
        foreach (var pair in pairs)
        {
            for (var top = 0; top < Rows(pair); top++)
            {
                var (from, to, length) = Row(pair, top);
                var segment = pair.Values.AsSpan(from, length);
                TensorPrimitives.Add(inverseSums.AsSpan(to, length), segment, inverseSums.AsSpan(to, length));
                TensorPrimitives.Add(inverseSums.AsSpan(from, length), segment, inverseSums.AsSpan(from, length));
            }
        }

        TensorPrimitives.Reciprocal(inverseSums, inverseSums);
    }

    /// <summary>Lets a map walk; edges start with nothing.</summary>
    /// <param name="map">One value a cell.</param>
    /// <param name="steps">Number of steps: 2^8 in the reference.</param>
    public float[] Propagate(ReadOnlySpan<float> map, int steps)
    {
        var (current, next) = (map.ToArray(), new float[map.Length]);
        if (keep is not null) TensorPrimitives.Multiply(current, keep, current);
        for (var step = 0; step < steps; step++)
        {
            current.CopyTo(next, 0);
            foreach (var pair in pairs) Spread(current, next, pair);
            TensorPrimitives.Multiply(next, inverseSums, next);
            (current, next) = (next, current);
        }

        return current;
    }

    private void Spread(float[] current, float[] next, PairAffinities pair)
    {
        for (var top = 0; top < Rows(pair); top++)
        {
            var (from, to, length) = Row(pair, top);
            var segment = pair.Values.AsSpan(from, length);
            TensorPrimitives.MultiplyAdd(current.AsSpan(from, length), segment, next.AsSpan(to, length), next.AsSpan(to, length));
            TensorPrimitives.MultiplyAdd(current.AsSpan(to, length), segment, next.AsSpan(from, length), next.AsSpan(from, length));
        }
    }

    private static float[] Power(float[] values, double beta)
    {
        var powers = new float[values.Length];
        TensorPrimitives.Pow(values, (float)beta, powers);
        return powers;
    }

    private int Rows(PairAffinities pair) => height - pair.Row;

    /// <summary>Of one row, the place of the first cell, of its partner, and the number of such pairs.</summary>
    private (int From, int To, int Length) Row(PairAffinities pair, int top)
    {
        var left = Math.Max(0, -pair.Column);
        return (top * width + left, (top + pair.Row) * width + left + pair.Column, width - Math.Abs(pair.Column));
    }
}
