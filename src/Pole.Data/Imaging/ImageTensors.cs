using static TorchSharp.torch;

namespace Pole.Data.Imaging;

/// <summary>Images as network input.</summary>
public static class ImageTensors
{
    /// <summary>ImageNet normalisation, <c>[3, H, W]</c>.</summary>
    public static Tensor Normalised(RgbImage image) => Normalised(image, PixelNormalisation.ImageNet);

    /// <returns><c>[3, H, W]</c>.</returns>
    public static Tensor Normalised(RgbImage image, PixelNormalisation normalisation)
    {
        var values = new float[3 * image.Width * image.Height];
        Write(image, normalisation, values);
        return tensor(values, [3, image.Height, image.Width], device: CPU);
    }

    /// <summary>The image that planes were made of, to the nearest bytes; what was padded with 0 has the mean colour.</summary>
    /// <param name="planes">Three, one after another, as <see cref="Write"/> writes them.</param>
    public static RgbImage Image(ReadOnlySpan<float> planes, int width, int height, PixelNormalisation normalisation)
    {
        var pixels = new byte[3 * width * height];
        for (var channel = 0; channel < 3; channel++)
        {
            var (mean, deviation) = normalisation.Of(channel);
            var source = planes.Slice(normalisation.Plane(channel) * width * height, width * height);
            for (var pixel = 0; pixel < source.Length; pixel++) pixels[pixel * 3 + channel] = (byte)Math.Clamp(MathF.Round((source[pixel] * deviation + mean) * 255), 0, 255);
        }

        return new RgbImage(width, height, pixels);
    }

    /// <summary>Writes the three planes of an image, normalised, one after another.</summary>
    public static void Write(RgbImage image, PixelNormalisation normalisation, Span<float> planes)
    {
        var plane = image.Width * image.Height;
        for (var channel = 0; channel < 3; channel++)
        {
            var (mean, deviation) = normalisation.Of(channel);
            var (scale, offset) = (1 / (255 * deviation), mean / deviation);
            var target = planes.Slice(normalisation.Plane(channel) * plane, plane);
            for (var pixel = 0; pixel < plane; pixel++) target[pixel] = image.Pixels[pixel * 3 + channel] * scale - offset;
        }
    }
}
