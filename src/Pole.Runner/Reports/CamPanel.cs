using Pole.Data.Imaging;
using Pole.Pipeline.Inference;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Runner.Reports;

/// <summary>A picture: one row per image, its columns the image, the ground truth, and each experiment's CAM.</summary>
internal static class CamPanel
{
    private const int Rows = 6;
    private const int Gap = 4;
    private const double Opacity = 0.65;

    public static RgbImage Draw(Comparison comparison, Device device)
    {
        var dataset = comparison.Runs[^1].Dataset;
        var samples = dataset.Samples(dataset.EvaluationSplit).Where(sample => sample.PresentClasses.Count > 0).Take(Rows).ToList();
        var rows = samples.Select(sample => new List<RgbImage> { sample.LoadImage(), Paint(sample.LoadImage(), sample.LoadLabels()) }).ToList();
        foreach (var run in comparison.Runs)
        {
            using var network = run.LoadNetwork();
            var extraction = new CamExtraction(network, comparison.Results[^1].Experiment.Cam, device);
            foreach (var (sample, row) in samples.Zip(rows)) row.Add(Overlay(row[0], extraction, sample));
        }

        return Arrange(rows);
    }

    private static RgbImage Paint(RgbImage image, LabelMap labels)
    {
        var pixels = new byte[image.Pixels.Length];
        for (var pixel = 0; pixel < labels.Labels.Length; pixel++)
            (pixels[pixel * 3], pixels[pixel * 3 + 1], pixels[pixel * 3 + 2]) = VocPalette.ColourOf(labels.Labels[pixel]);
        return image with { Pixels = pixels };
    }

    /// <summary>The strongest of the present classes' CAMs, in its class's colour, over the image in grey.</summary>
    private static RgbImage Overlay(RgbImage image, CamExtraction extraction, ISample sample)
    {
        using var scope = NewDisposeScope();
        using var cam = extraction.Extract(sample);
        var (values, indices) = cam.HighResolution.cpu().max(0);
        var (strength, strongest) = (values.data<float>().ToArray(), indices.data<long>().ToArray());
        var pixels = new byte[image.Pixels.Length];
        for (var pixel = 0; pixel < strength.Length; pixel++)
        {
            var grey = (image.Pixels[pixel * 3] + image.Pixels[pixel * 3 + 1] + image.Pixels[pixel * 3 + 2]) / 3.0;
            var (red, green, blue) = VocPalette.ColourOf((byte)(cam.Classes[(int)strongest[pixel]] + 1));
            var share = Opacity * strength[pixel];
            pixels[pixel * 3] = Mix(grey, Brighten(red), share);
            pixels[pixel * 3 + 1] = Mix(grey, Brighten(green), share);
            pixels[pixel * 3 + 2] = Mix(grey, Brighten(blue), share);
        }

        return image with { Pixels = pixels };
    }

    private static double Brighten(byte channel) => Math.Min(255, channel * 2.0);

    private static byte Mix(double from, double to, double share) => (byte)(from + (to - from) * share);

    private static RgbImage Arrange(List<List<RgbImage>> rows)
    {
        var width = rows.Max(row => row.Sum(image => image.Width + Gap)) - Gap;
        var height = rows.Sum(row => row.Max(image => image.Height) + Gap) - Gap;
        var pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)255);
        var top = 0;
        foreach (var row in rows)
        {
            var left = 0;
            foreach (var image in row)
            {
                for (var line = 0; line < image.Height; line++)
                    Array.Copy(image.Pixels, line * image.Width * 3, pixels, ((top + line) * width + left) * 3, image.Width * 3);
                left += image.Width + Gap;
            }

            top += row.Max(image => image.Height) + Gap;
        }

        return new RgbImage(width, height, pixels);
    }
}
