using SkiaSharp;

namespace Pole.Data.Imaging;

/// <summary>Turns stored pixels into what the photographer saw (EXIF 2.32, tag 0x0112).</summary>
internal static class Orientation
{
    /// <summary>Whether width and height change places.</summary>
    public static bool Swaps(SKEncodedOrigin origin) => origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    public static RgbImage Apply(RgbImage stored, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or 0) return stored;
        var (width, height) = Swaps(origin) ? (stored.Height, stored.Width) : (stored.Width, stored.Height);
        var pixels = new byte[stored.Pixels.Length];
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        {
            var (column, row) = Source(x, y, stored, origin);
            stored.Pixels.AsSpan(3 * (row * stored.Width + column), 3).CopyTo(pixels.AsSpan(3 * (y * width + x)));
        }

        return new RgbImage(width, height, pixels);
    }

    /// <summary>Where a pixel that is seen is stored. The names say where the stored first row and first column are seen.</summary>
    private static (int Column, int Row) Source(int x, int y, RgbImage stored, SKEncodedOrigin origin) => origin switch
    {
        SKEncodedOrigin.TopRight => (stored.Width - 1 - x, y),
        SKEncodedOrigin.BottomRight => (stored.Width - 1 - x, stored.Height - 1 - y),
        SKEncodedOrigin.BottomLeft => (x, stored.Height - 1 - y),
        SKEncodedOrigin.LeftTop => (y, x),
        SKEncodedOrigin.RightTop => (y, stored.Height - 1 - x),
        SKEncodedOrigin.RightBottom => (stored.Width - 1 - y, stored.Height - 1 - x),
        SKEncodedOrigin.LeftBottom => (stored.Width - 1 - y, x),
        _ => (x, y),
    };
}
