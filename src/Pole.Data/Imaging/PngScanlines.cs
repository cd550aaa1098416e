using System.IO.Compression;

namespace Pole.Data.Imaging;

/// <summary>Receives the packed samples of some pixels of a row.</summary>
/// <param name="column">Column of the first pixel.</param>
/// <param name="step">Distance of one pixel to the next.</param>
internal delegate void PngScanline(ReadOnlySpan<byte> samples, int row, int column, int step, int pixels);

/// <summary>Decompresses and unfilters the scanlines of a PNG, pass by pass where it is interlaced (PNG specification, W3C 2003, 8 and 9).</summary>
internal static class PngScanlines
{
    /// <summary>Most bytes that deflate makes of one.</summary>
    private const int DeflateLimit = 1032;

    private static readonly (int Row, int Column, int RowStep, int ColumnStep)[] Whole = [(0, 0, 1, 1)];

    private static readonly (int Row, int Column, int RowStep, int ColumnStep)[] Adam7 =
        [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)];

    /// <exception cref="InvalidDataException">The samples are damaged.</exception>
    /// <exception cref="EndOfStreamException">There are too few of them.</exception>
    public static void Read(PngFile png, PngScanline onScanline)
    {
        // Nothing is allocated for a small file that claims to be a large image.
        if (png.BytesOf(png.Width) * png.Height > (long)png.Data.Count * DeflateLimit) throw new EndOfStreamException("its samples end early");
        using var samples = new ZLibStream(new MemoryStream(png.Data.Array!, png.Data.Offset, png.Data.Count, writable: false), CompressionMode.Decompress);
        var distance = Math.Max(1, png.Channels * png.Depth / 8);
        foreach (var (top, left, rowStep, columnStep) in png.Interlaced ? Adam7 : Whole)
        {
            var pixels = (png.Width - left + columnStep - 1) / columnStep;
            if (pixels <= 0) continue;
            var (line, above) = (new byte[1 + png.BytesOf(pixels)], new byte[1 + png.BytesOf(pixels)]);
            for (var row = top; row < png.Height; row += rowStep)
            {
                samples.ReadExactly(line);
                Unfilter(line[0], line.AsSpan(1), above.AsSpan(1), distance);
                onScanline(line.AsSpan(1), row, left, columnStep, pixels);
                (line, above) = (above, line);
            }
        }
    }

    /// <param name="distance">Bytes to the same sample of the pixel before.</param>
    private static void Unfilter(int type, Span<byte> line, ReadOnlySpan<byte> above, int distance)
    {
        switch (type)
        {
            case 0:
                break;
            case 1:
                for (var place = distance; place < line.Length; place++) line[place] += line[place - distance];
                break;
            case 2:
                for (var place = 0; place < line.Length; place++) line[place] += above[place];
                break;
            case 3:
                for (var place = 0; place < line.Length; place++) line[place] += (byte)(((place < distance ? 0 : line[place - distance]) + above[place]) / 2);
                break;
            case 4:
                for (var place = 0; place < line.Length; place++)
                    line[place] += place < distance ? above[place] : Paeth(line[place - distance], above[place], above[place - distance]);
                break;
            default:
                throw new InvalidDataException($"a scanline has the filter type {type}");
        }
    }

    private static byte Paeth(int left, int above, int corner)
    {
        var (toLeft, toAbove, toCorner) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - 2 * corner));
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }
}
