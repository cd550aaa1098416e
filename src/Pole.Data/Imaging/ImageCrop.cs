namespace Pole.Data.Imaging;

/// <summary>A rectangle of an image.</summary>
public static class ImageCrop
{
    /// <param name="left">First column, in pixels.</param>
    /// <param name="top">First row, in pixels.</param>
    /// <param name="isMirrored">From right to left.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not all within the image.</exception>
    public static RgbImage Of(RgbImage image, int left, int top, int width, int height, bool isMirrored = false)
    {
        var pixels = new byte[3 * width * height];
        for (var row = 0; row < height; row++)
        {
            var from = image.Pixels.AsSpan(3 * ((top + row) * image.Width + left), 3 * width);
            var to = pixels.AsSpan(3 * row * width, 3 * width);
            if (!isMirrored) from.CopyTo(to);
            else for (var column = 0; column < width; column++) from.Slice(3 * (width - 1 - column), 3).CopyTo(to[(3 * column)..]);
        }

        return new RgbImage(width, height, pixels);
    }
}
