namespace Pole.Data.Imaging;

/// <summary>
/// Colours of 8-bit images as pytorch/vision adjusts them with Pillow (transforms/functional.py; Pillow, ImageEnhance.py): brightness, contrast and saturation blend the image with another one,
/// other + factor · (image − other), cut off to whole numbers and to 0 … 255. A factor of 1 changes nothing.
/// </summary>
public static class ColourAdjustment
{
    private const int Channels = 3;

    /// <summary>Blends with black.</summary>
    public static RgbImage Brightness(RgbImage image, double factor) => Blend(image, factor, _ => 0);

    /// <summary>Blends with the rounded mean of the image's grey values.</summary>
    public static RgbImage Contrast(RgbImage image, double factor)
    {
        long sum = 0;
        for (var pixel = 0; pixel < image.Pixels.Length; pixel += Channels) sum += Grey(image.Pixels, pixel);
        var mean = (byte)((double)sum / (image.Width * image.Height) + 0.5);
        return Blend(image, factor, _ => mean);
    }

    /// <summary>Blends with the image's grey values.</summary>
    public static RgbImage Saturation(RgbImage image, double factor) => Blend(image, factor, pixel => Grey(image.Pixels, pixel));

    /// <summary>Shifts the hue, a byte, along the colour circle.</summary>
    /// <param name="shift">Share of the circle, −0.5 to 0.5.</param>
    public static RgbImage Hue(RgbImage image, double shift)
    {
        var (steps, pixels) = ((int)(shift * 255), new byte[image.Pixels.Length]);
        for (var pixel = 0; pixel < pixels.Length; pixel += Channels)
        {
            var (hue, saturation, value) = HsvBytes.FromRgb(image.Pixels[pixel], image.Pixels[pixel + 1], image.Pixels[pixel + 2]);
            (pixels[pixel], pixels[pixel + 1], pixels[pixel + 2]) = HsvBytes.ToRgb(unchecked((byte)(hue + steps)), saturation, value);
        }

        return image with { Pixels = pixels };
    }

    /// <summary>Luma of ITU-R 601-2 in fixed point, rounded (Pillow, src/libImaging/Convert.c).</summary>
    private static byte Grey(byte[] pixels, int pixel) => (byte)((pixels[pixel] * 19595 + pixels[pixel + 1] * 38470 + pixels[pixel + 2] * 7471 + 0x8000) >> 16);

    /// <param name="otherOf">Value of the other image at the pixel that begins at an index.</param>
    private static RgbImage Blend(RgbImage image, double factor, Func<int, byte> otherOf)
    {
        var (weight, pixels) = ((float)factor, new byte[image.Pixels.Length]);
        for (var pixel = 0; pixel < pixels.Length; pixel += Channels)
        {
            var other = otherOf(pixel);
            for (var index = pixel; index < pixel + Channels; index++) pixels[index] = (byte)Math.Clamp(other + weight * (image.Pixels[index] - other), 0, 255);
        }

        return image with { Pixels = pixels };
    }
}
