using Pole.Data.Imaging;
using Pole.Zoo.Cam;
using static TorchSharp.torch;

namespace Pole.Runner.Reports;

/// <summary>Pictures of CAMs and label maps, in the colours of their classes.</summary>
internal static class CamOverlay
{
    private const double Opacity = 0.65;

    public static RgbImage Paint(LabelMap labels)
    {
        var pixels = new byte[labels.Labels.Length * 3];
        for (var pixel = 0; pixel < labels.Labels.Length; pixel++)
            (pixels[pixel * 3], pixels[pixel * 3 + 1], pixels[pixel * 3 + 2]) = VocPalette.ColourOf(labels.Labels[pixel]);
        return new RgbImage(labels.Width, labels.Height, pixels);
    }

    /// <summary>The strongest of the present classes' CAMs, in its class's colour, over the image in grey.</summary>
    /// <param name="cam">Null where no class is present.</param>
    public static RgbImage Draw(RgbImage image, FusedCam? cam)
    {
        using var scope = NewDisposeScope();
        var pixels = new byte[image.Pixels.Length];
        var (strength, strongest) = (new float[image.Width * image.Height], new long[image.Width * image.Height]);
        if (cam is not null)
        {
            var (values, indices) = cam.HighResolution.max(0);
            (strength, strongest) = (values.ToFloats(), indices.ToIntegers());
        }

        for (var pixel = 0; pixel < strength.Length; pixel++)
        {
            var grey = (image.Pixels[pixel * 3] + image.Pixels[pixel * 3 + 1] + image.Pixels[pixel * 3 + 2]) / 3.0;
            var (red, green, blue) = cam is null ? default : VocPalette.ColourOf((byte)(cam.Classes[(int)strongest[pixel]] + 1));
            var share = Opacity * strength[pixel];
            pixels[pixel * 3] = Mix(grey, Brighten(red), share);
            pixels[pixel * 3 + 1] = Mix(grey, Brighten(green), share);
            pixels[pixel * 3 + 2] = Mix(grey, Brighten(blue), share);
        }

        return image with { Pixels = pixels };
    }

    private static double Brighten(byte channel) => Math.Min(255, channel * 2.0);

    private static byte Mix(double from, double to, double share) => (byte)(from + (to - from) * share);
}
