using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pole.Pipeline.Refinement;

/// <summary>Pixels that are worked on together: few enough that their labels stay in the processor's caches from one step to the next.</summary>
internal static class PixelBlock
{
    public const int Length = 256;

    /// <summary>Fills the lanes beyond the labels of each pixel.</summary>
    /// <param name="values">Pixels × count, of which the first <see cref="Length"/> are read.</param>
    /// <param name="block"><see cref="Length"/> × stride.</param>
    /// <param name="beyond">What lanes beyond the labels have.</param>
    /// <returns>The pixels that there were, × stride.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Span<float> Widen<TLanes>(ReadOnlySpan<float> values, int count, Span<float> block, float beyond) where TLanes : struct, ILabelLanes<TLanes>
    {
        var (pixels, stride) = (Math.Min(values.Length / count, Length), block.Length / Length);
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(block);
        var last = Whole(pixels, count, stride);
        for (nint pixel = 0; pixel < last; pixel++)
        {
            // The last vector reads some of the next pixels, too.
            for (nint lane = 0; lane < stride; lane += TLanes.Count) TLanes.Load(ref source, pixel * count + lane).Store(ref target, pixel * stride + lane);
            for (nint lane = count; lane < stride; lane++) Unsafe.Add(ref target, pixel * stride + lane) = beyond;
        }

        for (var pixel = last; pixel < pixels; pixel++)
        {
            var row = block.Slice(pixel * stride, stride);
            values.Slice(pixel * count, count).CopyTo(row);
            row[count..].Fill(beyond);
        }

        return block[..(pixels * stride)];
    }

    /// <summary>Leaves the lanes beyond the labels out.</summary>
    /// <param name="block">Pixels × stride.</param>
    /// <param name="values">Pixels × count, as many or more; those of the block are overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<TLanes>(ReadOnlySpan<float> block, int stride, Span<float> values, int count) where TLanes : struct, ILabelLanes<TLanes>
    {
        var pixels = block.Length / stride;
        ref var source = ref MemoryMarshal.GetReference(block);
        ref var target = ref MemoryMarshal.GetReference(values);
        var last = Whole(pixels, count, stride);
        for (nint pixel = 0; pixel < last; pixel++)
        for (nint lane = 0; lane < stride; lane += TLanes.Count) TLanes.Load(ref source, pixel * stride + lane).Store(ref target, pixel * count + lane);
        for (var pixel = last; pixel < pixels; pixel++) block.Slice(pixel * stride, count).CopyTo(values.Slice(pixel * count, count));
    }

    /// <summary>The pixels whose whole vectors do not go beyond the last pixel.</summary>
    private static int Whole(int pixels, int count, int stride) => pixels * count < stride ? 0 : (pixels * count - stride) / count + 1;
}
