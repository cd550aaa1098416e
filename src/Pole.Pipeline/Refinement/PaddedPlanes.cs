namespace Pole.Pipeline.Refinement;

/// <summary>
/// Planes of pixels with a margin that continues the edge, so that a neighbour is always at one offset and is read without a check. Rows are widened to a whole number of vectors; what stands beyond the last column is margin.
/// </summary>
/// <param name="Reach">Width of the margin, in pixels.</param>
internal sealed record PaddedPlanes(int Width, int Height, int Reach)
{
    /// <summary>Pixels that are computed together: two vectors, so that the sums of several planes hide the latency of a multiplication.</summary>
    public const int Block = 16;

    public int Blocks => (Width + Block - 1) / Block;

    public int Stride => Blocks * Block + 2 * Reach;

    /// <summary>Values of a plane.</summary>
    public int Size => checked(Stride * (Height + 2 * Reach));

    /// <summary>From the place of a row in a plane without margin, to that of its first pixel.</summary>
    public int FirstOf(int row) => (row + Reach) * Stride + Reach;

    /// <param name="source">Height × width.</param>
    public void Fill(ReadOnlySpan<float> source, Span<float> plane)
    {
        for (var row = 0; row < Height; row++) source.Slice(row * Width, Width).CopyTo(plane[FirstOf(row)..]);
        Continue(plane);
    }

    /// <param name="target">Height × width.</param>
    public void Take(ReadOnlySpan<float> plane, Span<float> target)
    {
        for (var row = 0; row < Height; row++) plane.Slice(FirstOf(row), Width).CopyTo(target[(row * Width)..]);
    }

    /// <summary>Continues the edge of the pixels into the margin.</summary>
    public void Continue(Span<float> plane)
    {
        for (var row = Reach; row < Height + Reach; row++)
        {
            var line = plane.Slice(row * Stride, Stride);
            line[..Reach].Fill(line[Reach]);
            line[(Reach + Width)..].Fill(line[Reach + Width - 1]);
        }

        var first = plane.Slice(Reach * Stride, Stride);
        var last = plane.Slice((Height + Reach - 1) * Stride, Stride);
        for (var row = 0; row < Reach; row++)
        {
            first.CopyTo(plane[(row * Stride)..]);
            last.CopyTo(plane[((Height + Reach + row) * Stride)..]);
        }
    }
}
