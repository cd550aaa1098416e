using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// The weights of every pixel's neighbours in <see cref="PixelAdaptiveRefinement"/>, computed once for an image: 48 neighbours of 500 × 375 pixels are 37 MB. They lie in the order in which they are read,
/// row × block of pixels × neighbour × pixel.
/// </summary>
internal sealed class NeighbourWeights
{
    private const int Lanes = 8, Colours = 3, Together = 4;

    private const float Tiny = 1e-8f;

    private readonly PaddedPlanes layout;

    /// <summary>From the upper left corner of the margin around a pixel to each of its neighbours.</summary>
    private readonly nint[] offsets;

    private readonly float[] weights;

    private NeighbourWeights(PaddedPlanes layout, nint[] offsets, float[] weights) => (this.layout, this.offsets, this.weights) = (layout, offsets, weights);

    /// <param name="layout">With the largest dilation as its reach.</param>
    public static NeighbourWeights Of(RgbImage image, PaddedPlanes layout, PixelAdaptiveOptions options)
    {
        var neighbours = options.Dilations.SelectMany(dilation => Directions().Select(step => (Row: step.Row * dilation, Column: step.Column * dilation))).ToList();
        var offsets = neighbours.Select(neighbour => (nint)((layout.Reach + neighbour.Row) * layout.Stride + layout.Reach + neighbour.Column)).ToArray();
        var scale = (float)options.ColourScale;
        var positions = Positions([.. neighbours.Select(neighbour => MathF.Sqrt(neighbour.Row * neighbour.Row + neighbour.Column * neighbour.Column))], scale).Select(weight => (float)options.PositionWeight * weight).ToArray();
        return new NeighbourWeights(layout, offsets, Colour(Planes(image, layout), layout, offsets, positions, scale));
    }

    /// <summary>Takes the weighted sums of neighbours so many times.</summary>
    /// <param name="masks">Masks × pixels, replaced by the result.</param>
    public void Iterate(Span<float> masks, int count, int iterations)
    {
        var (size, pixels) = (layout.Size, layout.Width * layout.Height);
        var (from, to) = (GC.AllocateUninitializedArray<float>(checked(count * size)), GC.AllocateUninitializedArray<float>(checked(count * size)));
        for (var mask = 0; mask < count; mask++) layout.Fill(masks.Slice(mask * pixels, pixels), from.AsSpan(mask * size, size));
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            for (var row = 0; row < layout.Height; row++)
            for (var first = 0; first < count; first += Together)
                Sum(from, to, row, Place(first), Place(first + 1), Place(first + 2), Place(first + 3));
            for (var mask = 0; mask < count; mask++) layout.Continue(to.AsSpan(mask * size, size));
            (from, to) = (to, from);
        }

        for (var mask = 0; mask < count; mask++) layout.Take(from.AsSpan(mask * size, size), masks.Slice(mask * pixels, pixels));

        // Where fewer are left than are summed together, the last is summed more than once.
        int Place(int mask) => Math.Min(mask, count - 1) * size;
    }

    /// <summary>A row of four masks, which share the loads of their weights.</summary>
    /// <param name="a">Where the first mask begins.</param>
    private void Sum(float[] from, float[] to, int row, int a, int b, int c, int d)
    {
        var corner = row * layout.Stride;
        ref var source = ref MemoryMarshal.GetArrayDataReference(from);
        ref var target = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(to), layout.FirstOf(row));
        ref var weight = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(weights), (nint)row * layout.Blocks * offsets.Length * PaddedPlanes.Block);
        for (var block = 0; block < layout.Blocks; block++)
        {
            var x = block * PaddedPlanes.Block;
            ref var sourceA = ref Unsafe.Add(ref source, a + corner + x);
            ref var sourceB = ref Unsafe.Add(ref source, b + corner + x);
            ref var sourceC = ref Unsafe.Add(ref source, c + corner + x);
            ref var sourceD = ref Unsafe.Add(ref source, d + corner + x);
            Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            foreach (var offset in offsets)
            {
                var (left, right) = (Vector256.LoadUnsafe(ref weight), Vector256.LoadUnsafe(ref weight, Lanes));
                a0 = Vector256.FusedMultiplyAdd(left, Vector256.LoadUnsafe(ref Unsafe.Add(ref sourceA, offset)), a0);
                a1 = Vector256.FusedMultiplyAdd(right, Vector256.LoadUnsafe(ref Unsafe.Add(ref sourceA, offset + Lanes)), a1);
                b0 = Vector256.FusedMultiplyAdd(left, Vector256.LoadUnsafe(ref Unsafe.Add(ref sourceB, offset)), b0);
                b1 = Vector256.FusedMultiplyAdd(right, Vector256.LoadUnsafe(ref Unsafe.Add(ref sourceB, offset + Lanes)), b1);
                c0 = Vector256.FusedMultiplyAdd(left, Vector256.LoadUnsafe(ref Unsafe.Add(ref sourceC, offset)), c0);
                c1 = Vector256.FusedMultiplyAdd(right, Vector256.LoadUnsafe(ref Unsafe.Add(ref sourceC, offset + Lanes)), c1);
                d0 = Vector256.FusedMultiplyAdd(left, Vector256.LoadUnsafe(ref Unsafe.Add(ref sourceD, offset)), d0);
                d1 = Vector256.FusedMultiplyAdd(right, Vector256.LoadUnsafe(ref Unsafe.Add(ref sourceD, offset + Lanes)), d1);
                weight = ref Unsafe.Add(ref weight, PaddedPlanes.Block);
            }

            Store(ref Unsafe.Add(ref target, a + x), a0, a1);
            Store(ref Unsafe.Add(ref target, b + x), b0, b1);
            Store(ref Unsafe.Add(ref target, c + x), c0, c1);
            Store(ref Unsafe.Add(ref target, d + x), d0, d1);
        }
    }

    private static void Store(ref float target, Vector256<float> left, Vector256<float> right)
    {
        left.StoreUnsafe(ref target);
        right.StoreUnsafe(ref target, Lanes);
    }

    /// <param name="positions">What is added to each neighbour's weight.</param>
    private static float[] Colour(float[] planes, PaddedPlanes layout, nint[] offsets, float[] positions, float scale)
    {
        var weights = GC.AllocateUninitializedArray<float>(checked(layout.Height * layout.Blocks * offsets.Length * PaddedPlanes.Block));
        var (values, distances) = (new Vector256<float>[offsets.Length], new Vector256<float>[offsets.Length]);
        for (var row = 0; row < layout.Height; row++)
        for (var half = 0; half < layout.Blocks * 2; half++)
        {
            Array.Clear(distances);
            for (var channel = 0; channel < Colours; channel++) AddDistances(planes, channel * layout.Size + row * layout.Stride + half * Lanes, layout, offsets, scale, values, distances);
            var first = (row * layout.Blocks + half / 2) * offsets.Length * PaddedPlanes.Block + half % 2 * Lanes;
            AddSoftmax(distances, positions, weights.AsSpan(first));
        }

        return weights;
    }

    /// <summary>Adds (|ΔI| / (σ + 1e-8) / scale)² of one channel.</summary>
    /// <param name="corner">Of the margin around the pixels.</param>
    private static void AddDistances(float[] planes, int corner, PaddedPlanes layout, nint[] offsets, float scale, Vector256<float>[] values, Vector256<float>[] distances)
    {
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(planes), corner);
        var own = Vector256.LoadUnsafe(ref Unsafe.Add(ref source, layout.FirstOf(0)));
        var (sum, squares) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var neighbour = 0; neighbour < offsets.Length; neighbour++) sum += values[neighbour] = Vector256.LoadUnsafe(ref Unsafe.Add(ref source, offsets[neighbour]));
        // Divided and not multiplied by an inverse: neighbours of one colour have a deviation of exactly 0.
        var mean = sum / Vector256.Create((float)offsets.Length);
        foreach (var value in values) squares = Vector256.FusedMultiplyAdd(value - mean, value - mean, squares);
        var deviation = Vector256.Sqrt(squares / Vector256.Create((float)(offsets.Length - 1))) + Vector256.Create(Tiny);
        for (var neighbour = 0; neighbour < offsets.Length; neighbour++)
        {
            var distance = (values[neighbour] - own) / deviation / Vector256.Create(scale);
            distances[neighbour] = Vector256.FusedMultiplyAdd(distance, distance, distances[neighbour]);
        }
    }

    /// <summary>Softmax over the neighbours of the mean over the channels, negative.</summary>
    private static void AddSoftmax(Vector256<float>[] distances, float[] positions, Span<float> weights)
    {
        var least = distances[0];
        foreach (var distance in distances) least = Vector256.Min(least, distance);
        var sum = Vector256<float>.Zero;
        foreach (ref var distance in distances.AsSpan()) sum += distance = Vector256.Exp((least - distance) / Vector256.Create((float)Colours));
        for (var neighbour = 0; neighbour < distances.Length; neighbour++)
            (distances[neighbour] / sum + Vector256.Create(positions[neighbour])).CopyTo(weights[(neighbour * PaddedPlanes.Block)..]);
    }

    private static IEnumerable<float> Positions(IReadOnlyList<float> distances, float scale)
    {
        var mean = distances.Average();
        var deviation = MathF.Sqrt(distances.Sum(distance => (distance - mean) * (distance - mean)) / (distances.Count - 1)) + Tiny;
        var exponents = distances.Select(distance => -(distance / deviation / scale) * (distance / deviation / scale)).ToList();
        var powers = exponents.Select(exponent => MathF.Exp(exponent - exponents.Max())).ToList();
        return powers.Select(power => power / powers.Sum());
    }

    private static IEnumerable<(int Row, int Column)> Directions() => from row in Enumerable.Range(-1, 3) from column in Enumerable.Range(-1, 3) where (row, column) != (0, 0) select (row, column);

    private static float[] Planes(RgbImage image, PaddedPlanes layout)
    {
        var (planes, plane) = (GC.AllocateUninitializedArray<float>(Colours * layout.Size), new float[layout.Width * layout.Height]);
        for (var channel = 0; channel < Colours; channel++)
        {
            for (var pixel = 0; pixel < plane.Length; pixel++) plane[pixel] = image.Pixels[pixel * Colours + channel];
            layout.Fill(plane, planes.AsSpan(channel * layout.Size, layout.Size));
        }

        return planes;
    }
}
