using System.Numerics;
using System.Runtime.CompilerServices;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// The first d coordinates of a vertex, which determine the last, as one integer: the sum of coordinate · Bⁱ with B = 2^⌊bits / d⌋, of either sign and modulo the integer's range. Two vertices have one key only where two coordinates differ by B or more.
/// </summary>
internal static class LatticeKeys<TKey> where TKey : unmanaged, IBinaryInteger<TKey>
{
    /// <summary>Beyond it, single precision does not tell the points of a simplex apart.</summary>
    private const int MostBits = 25;

    public static int Bits(int dimensions) => Unsafe.SizeOf<TKey>() * 8 / dimensions;

    /// <summary>Whether all vertices around an image's pixels, and their neighbours, have keys of their own.</summary>
    public static bool Suit(PixelFeatures features)
    {
        var (d, span, later) = (features.Dimensions, Math.Pow(2, Math.Min(Bits(features.Dimensions), MostBits)), 0.0);

        // A vertex is less than d + 1 from its point, its neighbours d from it, on both sides.
        var margin = 4 * (d + 1);
        for (var axis = d; axis > 0; axis--)
        {
            var extent = (double)features.Extent(axis - 1) * SimplexEmbedding.Scale(axis - 1, d);
            if (axis < d && axis * extent + later + margin >= span) return false;
            later += extent;
        }

        return later + margin < span;
    }

    /// <summary>What a key changes by where all coordinates rise by 1 and that of an axis falls by d.</summary>
    public static TKey Step(int axis, int dimensions)
    {
        var step = TKey.Zero;
        for (var other = 0; other < dimensions; other++) step += (other == axis ? -TKey.CreateTruncating(dimensions) : TKey.One) << (other * Bits(dimensions));
        return step;
    }
}
