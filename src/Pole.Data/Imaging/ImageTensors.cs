using static TorchSharp.torch;

namespace Pole.Data.Imaging;

/// <summary>Images as network input.</summary>
public static class ImageTensors
{
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    /// <summary>ImageNet normalisation: (RGB / 255 − mean) / deviation, <c>[3, H, W]</c>.</summary>
    public static Tensor Normalised(RgbImage image)
    {
        var plane = image.Width * image.Height;
        var values = new float[3 * plane];
        for (var channel = 0; channel < 3; channel++)
        {
            var (scale, offset) = (1 / (255 * Deviation[channel]), Mean[channel] / Deviation[channel]);
            for (var pixel = 0; pixel < plane; pixel++) values[channel * plane + pixel] = image.Pixels[pixel * 3 + channel] * scale - offset;
        }

        return tensor(values, [3, image.Height, image.Width]);
    }
}
