using System.Buffers;

namespace Pole.Pipeline.Evaluation;

/// <summary>The boundary pixels of every label of a map, and how many of them have one of another map near them: in time linear in the pixels, whatever the distance.</summary>
internal sealed class LabelOutlines
{
    private const short None = -1;

    private readonly int width;

    /// <summary>The label of each boundary pixel.</summary>
    private readonly short[] outlines;
    private readonly long[] counts = new long[byte.MaxValue + 1];
    private readonly PixelBox[] boxes = new PixelBox[byte.MaxValue + 1];

    /// <summary>Boundary pixels are those with a neighbour of another label; where the truth is ignored there is none.</summary>
    /// <param name="truth">Of the map's size.</param>
    public LabelOutlines(LabelMap map, LabelMap truth)
    {
        (width, outlines) = (map.Width, new short[map.Labels.Length]);
        Array.Fill(boxes, PixelBox.Empty);
        for (var (row, pixel) = (0, 0); row < map.Height; row++)
        for (var column = 0; column < map.Width; column++, pixel++)
        {
            var label = map.Labels[pixel];
            outlines[pixel] = None;
            if (truth.Labels[pixel] == LabelMap.Ignored) continue;
            if (!Differs(column > 0, pixel - 1) && !Differs(column + 1 < map.Width, pixel + 1) && !Differs(row > 0, pixel - map.Width) && !Differs(row + 1 < map.Height, pixel + map.Width)) continue;
            (outlines[pixel], boxes[label]) = (label, boxes[label].With(row, column));
            counts[label]++;

            bool Differs(bool isInside, int neighbour) => isInside && map.Labels[neighbour] != label && truth.Labels[neighbour] != LabelMap.Ignored;
        }
    }

    /// <summary>Boundary pixels of a label.</summary>
    public long Count(byte label) => counts[label];

    /// <summary>
    /// Boundary pixels of a label that have one of another map within a radius: the vertical distance to the other's in each column (two sweeps), and in each row the union of what the columns reach, √(r² − distance²) to both
    /// sides. That is the first pass of Felzenszwalb and Huttenlocher's distance transform (2012), and a bounded second one, exact in integers.
    /// </summary>
    public long CountNear(LabelOutlines others, byte label, int radius)
    {
        var (own, sources) = (boxes[label], others.boxes[label]);
        var (asking, asked) = (own.Within(sources.Grown(radius)), sources.Within(own.Grown(radius)));
        if (asking.IsEmpty || asked.IsEmpty) return 0;

        var breadth = asked.Right - asked.Left + 1;
        var upwards = ArrayPool<int>.Shared.Rent((asking.Bottom - asking.Top + 1) * breadth);
        var distances = new int[breadth];
        Array.Fill(distances, radius + 1);
        for (var row = Math.Min(asked.Top, asking.Top); row <= asking.Bottom; row++)
        {
            others.Sweep(row, asked.Left, label, distances, radius);
            if (row >= asking.Top) distances.CopyTo(upwards.AsSpan((row - asking.Top) * breadth));
        }

        var (near, reaches, starts) = (0L, Reaches(radius), new int[asking.Right - asking.Left + 2]);
        Array.Fill(distances, radius + 1);
        for (var row = Math.Max(asked.Bottom, asking.Bottom); row >= asking.Top; row--)
        {
            others.Sweep(row, asked.Left, label, distances, radius);
            if (row > asking.Bottom) continue;
            Cover(upwards.AsSpan((row - asking.Top) * breadth, breadth), distances, asked.Left - asking.Left, reaches, starts);
            near += CountCovered(row, asking.Left, label, starts);
        }

        ArrayPool<int>.Shared.Return(upwards);
        return near;
    }

    /// <summary>Vertical distances of one row, at most the radius and 1, from those of the row before.</summary>
    private void Sweep(int row, int left, byte label, Span<int> distances, int radius)
    {
        var pixels = outlines.AsSpan(row * width + left, distances.Length);
        for (var column = 0; column < pixels.Length; column++) distances[column] = pixels[column] == label ? 0 : Math.Min(distances[column], radius) + 1;
    }

    /// <summary>Where what the columns of a row reach begins (+1) and has ended (−1).</summary>
    /// <param name="offset">The first column, counted from that of <paramref name="starts"/>.</param>
    private static void Cover(ReadOnlySpan<int> upwards, ReadOnlySpan<int> downwards, int offset, int[] reaches, Span<int> starts)
    {
        for (var column = 0; column < upwards.Length; column++)
        {
            var distance = Math.Min(upwards[column], downwards[column]);
            if (distance >= reaches.Length) continue;
            var (from, to) = (Math.Max(0, column + offset - reaches[distance]), Math.Min(starts.Length - 2, column + offset + reaches[distance]));
            if (from > to) continue;
            starts[from]++;
            starts[to + 1]--;
        }
    }

    /// <summary>Counts a row's boundary pixels that are covered, and clears what covers them.</summary>
    private int CountCovered(int row, int left, byte label, Span<int> starts)
    {
        var pixels = outlines.AsSpan(row * width + left, starts.Length - 1);
        var (count, covers) = (0, 0);
        for (var column = 0; column < pixels.Length; column++)
        {
            covers += starts[column];
            if (covers > 0 && pixels[column] == label) count++;
        }

        starts.Clear();
        return count;
    }

    /// <summary>How far a disk reaches to both sides at each vertical distance from its centre.</summary>
    private static int[] Reaches(int radius)
    {
        var (reaches, reach) = (new int[radius + 1], radius);
        for (var distance = 0; distance <= radius; distance++)
        {
            while ((long)reach * reach + (long)distance * distance > (long)radius * radius) reach--;
            reaches[distance] = reach;
        }

        return reaches;
    }
}
