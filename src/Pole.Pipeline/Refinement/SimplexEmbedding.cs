using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pole.Pipeline.Refinement;

/// <summary>The simplex of the permutohedral lattice around each point, and the point's barycentric coordinates in it: eight points at a time.</summary>
internal static class SimplexEmbedding
{
    /// <param name="vertices">At least points × (d + 1); overwritten, as <paramref name="weights"/> are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Embed<TKey>(PixelFeatures features, VertexTable<TKey> table, Span<int> vertices, Span<float> weights) where TKey : unmanaged, IBinaryInteger<TKey>
    {
        var (d, corners, block) = (features.Dimensions, features.Dimensions + 1, Vector256<float>.Count);
        Span<Vector256<float>> offsets = stackalloc Vector256<float>[corners];
        Span<Vector256<int>> remainders = stackalloc Vector256<int>[corners], ranks = stackalloc Vector256<int>[corners];
        ReadOnlySpan<float> offset = MemoryMarshal.Cast<Vector256<float>, float>(offsets);
        ReadOnlySpan<int> remainder = MemoryMarshal.Cast<Vector256<int>, int>(remainders), rank = MemoryMarshal.Cast<Vector256<int>, int>(ranks);
        Span<TKey> steps = stackalloc TKey[corners], keys = stackalloc TKey[block * corners];
        Span<int> order = stackalloc int[corners], found = stackalloc int[block * corners], rows = stackalloc int[block];
        Span<float> sorted = stackalloc float[corners];
        for (var axis = 0; axis < corners; axis++) steps[axis] = LatticeKeys<TKey>.Step(axis, d);
        Span<float> scales = stackalloc float[d], values = stackalloc float[block * d];
        for (var axis = 0; axis < d; axis++) scales[axis] = Scale(axis, d);
        values.Clear();
        var bits = LatticeKeys<TKey>.Bits(d);

        for (var first = 0; first < features.Points; first += block)
        {
            var (simplices, lanes) = (0, features.Read(first, values));
            Place(MemoryMarshal.Cast<float, Vector256<float>>(values), scales, offsets, remainders, ranks);
            for (var lane = 0; lane < lanes; lane++)
            {
                var (key, isSame) = (TKey.Zero, lane > 0);
                for (var axis = 0; axis < corners; axis++)
                {
                    var at = axis * block + lane;
                    (order[rank[at]], sorted[rank[at]]) = (axis, offset[at]);
                    if (axis < d) key += TKey.CreateTruncating(remainder[at]) << (axis * bits);
                    isSame = isSame && remainder[at] == remainder[at - 1] && rank[at] == rank[at - 1];
                }

                var weight = weights.Slice((first + lane) * corners, corners);
                weight[0] = sorted[d] + (1 - sorted[0]);
                for (var corner = 1; corner <= d; corner++) weight[corner] = sorted[d - corner] - sorted[d - corner + 1];

                // The point before is often in the same simplex.
                if (!isSame)
                {
                    var simplex = keys.Slice(simplices++ * corners, corners);
                    simplex[0] = key;
                    for (var corner = 1; corner <= d; corner++) simplex[corner] = key += steps[order[d - corner + 1]];
                }

                rows[lane] = simplices - 1;
            }

            table.FindOrAdd(keys[..(simplices * corners)], found);
            for (var lane = 0; lane < lanes; lane++) found.Slice(rows[lane] * corners, corners).CopyTo(vertices[((first + lane) * corners)..]);
        }
    }

    /// <summary>What makes the blur of the lattice one of standard deviation 1 along an axis.</summary>
    public static float Scale(int axis, int dimensions) => MathF.Sqrt(2f / 3) * (dimensions + 1) / MathF.Sqrt((axis + 2) * (axis + 1));

    /// <summary>The nearest point of the lattice whose coordinates are multiples of d + 1, and the ranks of the differences from it: 0 has the largest.</summary>
    /// <param name="offsets">Differences, over d + 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Place(ReadOnlySpan<Vector256<float>> values, ReadOnlySpan<float> scales, Span<Vector256<float>> offsets, Span<Vector256<int>> remainders, Span<Vector256<int>> ranks)
    {
        var d = values.Length;
        Span<Vector256<float>> elevated = stackalloc Vector256<float>[d + 1];
        var (sum, excess, width, turn) = (Vector256<float>.Zero, Vector256<int>.Zero, Vector256.Create((float)(d + 1)), Vector256.Create(d + 1));
        for (var axis = d; axis > 0; axis--)
        {
            var scaled = values[axis - 1] * scales[axis - 1];
            elevated[axis] = sum - axis * scaled;
            sum += scaled;
        }

        elevated[0] = sum;
        for (var axis = 0; axis <= d; axis++)
        {
            var nearest = Vector256.ConvertToInt32(Vector256.Round(elevated[axis] / width));
            remainders[axis] = nearest * turn;
            offsets[axis] = elevated[axis] - Vector256.ConvertToSingle(remainders[axis]);
            ranks[axis] = Vector256<int>.Zero;
            excess += nearest;
        }

        for (var one = 0; one < d; one++)
        for (var other = one + 1; other <= d; other++)
        {
            var isLess = Vector256.LessThan(offsets[one], offsets[other]).AsInt32();
            ranks[one] -= isLess;
            ranks[other] += isLess + Vector256<int>.One;
        }

        // The multiples add up to the excess instead of 0: as many coordinates, the farthest ones, take the next multiple.
        for (var axis = 0; axis <= d; axis++)
        {
            var rank = ranks[axis] + excess;
            var correction = (Vector256.LessThan(rank, Vector256<int>.Zero) & turn) - (Vector256.GreaterThan(rank, Vector256.Create(d)) & turn);
            ranks[axis] = rank + correction;
            remainders[axis] += correction;
            offsets[axis] = (elevated[axis] - Vector256.ConvertToSingle(remainders[axis])) / width;
        }
    }
}
