namespace Pole.Data.Imaging;

/// <summary>Image × CAM, in bytes (rB080/WSS_POLE, sim_test.ipynb).</summary>
public static class MaskedImage
{
    /// <param name="cam">0…1 for every pixel, rows from the top.</param>
    public static RgbImage Compose(RgbImage image, ReadOnlySpan<float> cam, Masking masking)
    {
        var pixels = new byte[image.Pixels.Length];
        for (var channel = 0; channel < 3; channel++)
        {
            var ground = masking == Masking.Mean ? 255 * PixelNormalisation.ImageNet.Of(channel).Mean : 0;
            for (var pixel = 0; pixel < cam.Length; pixel++)
                pixels[pixel * 3 + channel] = (byte)Math.Clamp(ground + (image.Pixels[pixel * 3 + channel] - ground) * cam[pixel] + (masking == Masking.Mean ? 0.5f : 0), 0, 255);
        }

        return image with { Pixels = pixels };
    }
}
