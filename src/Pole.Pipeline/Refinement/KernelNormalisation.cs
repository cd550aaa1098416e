namespace Pole.Pipeline.Refinement;

/// <summary>Symmetric normalisation of a Gaussian kernel: a factor a point, one over the root of its row's sum.</summary>
internal static class KernelNormalisation
{
    private const float Tiny = 1e-20f;

    /// <returns>A factor a point; the caller's to dispose of.</returns>
    public static AlignedBuffer Of(PermutohedralLattice lattice)
    {
        var factors = new AlignedBuffer(lattice.Points);
        factors.Values.Fill(1);
        using var filter = new LatticeFilter<FourLabels>(lattice, factors, FourLabels.Count, 1, leaveOpen: true);
        using var block = new AlignedBuffer(PixelBlock.Length * FourLabels.Count);
        block.Values.Clear();
        for (var point = 0; point < PixelBlock.Length; point++) block.Values[point * FourLabels.Count] = 1;
        for (var first = 0; first < lattice.Points; first += PixelBlock.Length) filter.Splat(Some(first), first);
        filter.Blur();
        for (var first = 0; first < lattice.Points; first += PixelBlock.Length)
        {
            var sums = Some(first);
            sums.Clear();
            filter.Slice(sums, first);
            for (var point = 0; point * FourLabels.Count < sums.Length; point++) factors.Values[first + point] = 1 / MathF.Sqrt(sums[point * FourLabels.Count] + Tiny);
        }

        return factors;

        Span<float> Some(int first) => block.Values[..(Math.Min(PixelBlock.Length, lattice.Points - first) * FourLabels.Count)];
    }
}
