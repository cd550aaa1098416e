using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// Vertices and neighbours for Gaussian filtering in a space of d features in time linear in the points (Adams, Baek, Davis 2010, "Fast High-Dimensional Filtering
/// Using the Permutohedral Lattice"; the constants are those of Krähenbühl and Koltun's densecrf): points are splatted onto the vertices of
/// the simplex around them, vertices are blurred along each axis, and points read their vertices back. <see cref="LatticeFilter{TLanes}"/> does it.
/// </summary>
internal sealed class PermutohedralLattice : IDisposable
{
    private PermutohedralLattice(int points, int corners, int count, int[] vertices, float[] weights, int[] neighbours) =>
        (Points, Corners, Count, Vertices, Weights, Neighbours) = (points, corners, count, vertices, weights, neighbours);

    public int Points { get; }

    /// <summary>Vertices of a simplex, and axes: d + 1.</summary>
    public int Corners { get; }

    /// <summary>Number of vertices.</summary>
    public int Count { get; }

    /// <summary>Points × corners, and more; rented.</summary>
    public int[] Vertices { get; }

    /// <summary>A point's weight at each of its vertices, points × corners, and more; rented.</summary>
    public float[] Weights { get; }

    /// <summary>The neighbours on both sides, axes × vertices × 2, and more, rented; the vertex count stands for none.</summary>
    public int[] Neighbours { get; }

    /// <exception cref="ExperimentException">The features are too far apart for single precision.</exception>
    public static PermutohedralLattice Of(PixelFeatures features) =>
        LatticeKeys<ulong>.Suit(features) ? Of<ulong>(features)
        : LatticeKeys<UInt128>.Suit(features) ? Of<UInt128>(features)
        : throw new ExperimentException(string.Create(CultureInfo.InvariantCulture, $"an image's pixels are up to {Enumerable.Range(0, features.Dimensions).Max(features.Extent):f0} standard deviations of the dense CRF apart, too many for single precision; raise the deviations"));

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(Vertices);
        ArrayPool<float>.Shared.Return(Weights);
        ArrayPool<int>.Shared.Return(Neighbours);
    }

    /// <typeparam name="TKey">Wide enough for the features (<see cref="LatticeKeys{TKey}.Suit"/>).</typeparam>
    internal static PermutohedralLattice Of<TKey>(PixelFeatures features) where TKey : unmanaged, IBinaryInteger<TKey>
    {
        var corners = features.Dimensions + 1;
        using var table = new VertexTable<TKey>();
        var (vertices, weights) = (ArrayPool<int>.Shared.Rent(features.Points * corners), ArrayPool<float>.Shared.Rent(features.Points * corners));
        SimplexEmbedding.Embed(features, table, vertices, weights);
        return new PermutohedralLattice(features.Points, corners, table.Count, vertices, weights, Connect(table, features.Dimensions));
    }

    /// <summary>One look-up serves both sides: the vertex before this one has this one after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int[] Connect<TKey>(VertexTable<TKey> table, int dimensions) where TKey : unmanaged, IBinaryInteger<TKey>
    {
        var count = table.Count;
        var keys = table.Keys;
        var neighbours = ArrayPool<int>.Shared.Rent((dimensions + 1) * count * 2);
        neighbours.AsSpan(0, (dimensions + 1) * count * 2).Fill(count);
        Span<TKey> wanted = stackalloc TKey[VertexTable<TKey>.Batch];
        Span<int> found = stackalloc int[VertexTable<TKey>.Batch];
        for (var axis = 0; axis <= dimensions; axis++)
        {
            var step = -LatticeKeys<TKey>.Step(axis, dimensions);
            var pairs = neighbours.AsSpan(axis * count * 2, count * 2);
            for (var first = 0; first < count; first += wanted.Length)
            {
                var some = Math.Min(wanted.Length, count - first);
                for (var index = 0; index < some; index++) wanted[index] = keys[first + index] + step;
                table.Find(wanted[..some], found);
                for (var index = 0; index < some; index++)
                {
                    if (found[index] < 0) continue;
                    pairs[(first + index) * 2] = found[index];
                    pairs[found[index] * 2 + 1] = first + index;
                }
            }
        }

        return neighbours;
    }
}
