using Pole.Data.Imaging;

namespace Pole.Data.Augmentations;

/// <summary>Resizes by a factor, mirrors, and crops a square, padded with 0 after normalisation (CVI-SZU/CLIMS, misc/imutils.py; kazuto1011/deeplab-pytorch, libs/datasets/base.py).</summary>
/// <param name="factorOf">Draws the factor for a width and a height.</param>
/// <param name="jitter">Of the resized image's bytes; null for none.</param>
internal sealed class RandomCrop(Func<int, int, Random, double> factorOf, ColourJitterOptions? jitter, ResizeFilter filter = ResizeFilter.Bicubic, CropPadding padding = CropPadding.Anywhere) : Augmentation
{
    private const int Channels = 3;

    public override void Apply(RgbImage image, int seed, int side, PixelNormalisation normalisation, Span<float> crop)
    {
        var random = new Random(seed);
        var resized = Resize(image, factorOf(image.Width, image.Height, random));
        var window = CropWindow.Draw(resized.Width, resized.Height, side, padding, random);
        // Drawn last: the labels' window is drawn without it.
        if (jitter is not null && resized is ByteRows bytes) resized = new ByteRows(ColourJitter.Apply(bytes.Image, jitter, random));
        var pixels = new float[window.Columns * Channels];
        crop.Clear();
        for (var row = 0; row < window.Rows; row++)
        {
            resized.Read(window.Top + row, window.FirstColumn, pixels);
            for (var channel = 0; channel < Channels; channel++)
            {
                var (mean, deviation) = normalisation.Of(channel);
                var (scale, offset) = (1 / (255 * deviation), mean / deviation);
                var target = crop.Slice((normalisation.Plane(channel) * side + window.TargetTop + row) * side + window.TargetLeft, window.Columns);
                for (var column = 0; column < window.Columns; column++) target[column] = pixels[window.Source(column) * Channels + channel] * scale - offset;
            }
        }
    }

    /// <summary>Nearest, and padded with 255.</summary>
    public override LabelMap Apply(LabelMap labels, int seed, int side)
    {
        var random = new Random(seed);
        var resized = Resize(labels, factorOf(labels.Width, labels.Height, random));
        var window = CropWindow.Draw(resized.Width, resized.Height, side, padding, random);
        var crop = new byte[side * side];
        Array.Fill(crop, LabelMap.Ignored);
        for (var row = 0; row < window.Rows; row++)
        for (var column = 0; column < window.Columns; column++)
            crop[(window.TargetTop + row) * side + window.TargetLeft + column] = resized.Labels[(window.Top + row) * resized.Width + window.FirstColumn + window.Source(column)];
        return new LabelMap(side, side, crop);
    }

    private IPixelRows Resize(RgbImage image, double factor) =>
        filter is ResizeFilter.Bilinear ? new OpenCvBilinear(image, RoundedDown(image.Width, factor), RoundedDown(image.Height, factor)) : new ByteRows(PilResize.Rescale(image, factor));

    private LabelMap Resize(LabelMap labels, double factor) =>
        filter is ResizeFilter.Bilinear ? PilResize.Nearest(labels, RoundedDown(labels.Width, factor), RoundedDown(labels.Height, factor)) : PilResize.Rescale(labels, factor);

    private static int RoundedDown(int side, double factor) => Math.Max(1, (int)(side * factor));
}
