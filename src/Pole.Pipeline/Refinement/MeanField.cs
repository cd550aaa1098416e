using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pole.Pipeline.Refinement;

/// <summary>Mean-field iterations of the dense CRF, several labels at a time.</summary>
internal static class MeanField<TLanes> where TLanes : struct, ILabelLanes<TLanes>
{
    /// <param name="logits">Logarithms of the unary probabilities, pixels × labels.</param>
    /// <param name="marginals">Pixels × labels; overwritten.</param>
    /// <param name="count">Number of labels.</param>
    public static void Infer(RgbImage image, ReadOnlySpan<float> logits, Span<float> marginals, int count, DenseCrfOptions options)
    {
        var stride = (count + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        using var block = new AlignedBuffer(PixelBlock.Length * stride);
        using var position = options is { Iterations: > 0, PositionWeight: > 0 } ? Filter(PixelFeatures.OfPositions(image, options.PositionDeviation), options.PositionWeight) : null;
        using var appearance = options is { Iterations: > 0, BilateralWeight: > 0 } ? Filter(PixelFeatures.OfAppearance(image, options.BilateralPositionDeviation, options.BilateralColourDeviation), options.BilateralWeight) : null;
        LatticeFilter<TLanes>[] filters = [.. new[] { position, appearance }.OfType<LatticeFilter<TLanes>>()];

        Update([], logits, marginals, count, block.Values);
        for (var iteration = 0; iteration < options.Iterations; iteration++)
        {
            Send(filters, marginals, count, block.Values);
            Update(filters, logits, marginals, count, block.Values);
        }

        LatticeFilter<TLanes> Filter(PixelFeatures features, double weight)
        {
            var lattice = PermutohedralLattice.Of(features);
            return new(lattice, KernelNormalisation.Of(lattice), stride, (float)weight);
        }
    }

    private static void Send(LatticeFilter<TLanes>[] filters, ReadOnlySpan<float> marginals, int count, Span<float> block)
    {
        foreach (var filter in filters) filter.Clear();
        for (var first = 0; first * count < marginals.Length; first += PixelBlock.Length)
        {
            var values = PixelBlock.Widen<TLanes>(marginals[(first * count)..], count, block, beyond: 0);
            foreach (var filter in filters) filter.Splat(values, first);
        }

        foreach (var filter in filters) filter.Blur();
    }

    private static void Update(LatticeFilter<TLanes>[] filters, ReadOnlySpan<float> logits, Span<float> marginals, int count, Span<float> block)
    {
        var stride = block.Length / PixelBlock.Length;
        for (var first = 0; first * count < marginals.Length; first += PixelBlock.Length)
        {
            // A label that does not exist has no probability.
            var scores = PixelBlock.Widen<TLanes>(logits[(first * count)..], count, block, beyond: float.NegativeInfinity);
            foreach (var filter in filters) filter.Slice(scores, first);
            SoftMax(scores, stride);
            PixelBlock.Narrow<TLanes>(scores, stride, marginals[(first * count)..], count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SoftMax(Span<float> scores, int stride)
    {
        ref var first = ref MemoryMarshal.GetReference(scores);
        for (nint pixel = 0; pixel < scores.Length; pixel += stride)
        {
            var largest = TLanes.Load(ref first, pixel);
            for (nint lane = TLanes.Count; lane < stride; lane += TLanes.Count) largest = TLanes.Max(largest, TLanes.Load(ref first, pixel + lane));
            var (most, sum) = (TLanes.Fill(largest.Largest()), TLanes.Zero);
            for (nint lane = 0; lane < stride; lane += TLanes.Count)
            {
                var value = TLanes.Exp(TLanes.Load(ref first, pixel + lane) - most);
                sum += value;
                value.Store(ref first, pixel + lane);
            }

            var total = TLanes.Fill(sum.Sum());
            for (nint lane = 0; lane < stride; lane += TLanes.Count) (TLanes.Load(ref first, pixel + lane) / total).Store(ref first, pixel + lane);
        }
    }
}
