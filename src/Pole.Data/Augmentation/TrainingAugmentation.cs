using Pole.Data.Imaging;

namespace Pole.Data.Augmentation;

/// <summary>
/// The augmentation of CLIMS (misc/imutils.py): resize so that the long side is random, or by a random factor, mirror, random crop of a square padded
/// with 0 after normalisation. Bytes to numbers without a tensor, so that it may run beside others like it.
/// </summary>
public sealed class TrainingAugmentation(TrainingOptions options, PixelNormalisation normalisation)
{
    private const int Channels = 3;

    /// <param name="seed">Everything random of one sample comes from here, so that a run does not depend on the number of workers.</param>
    /// <param name="crop">Receives the normalised planes <c>[3, Crop, Crop]</c>.</param>
    public void Apply(RgbImage image, int seed, Span<float> crop)
    {
        var random = new Random(seed);
        var resized = PilResize.Rescale(image, Factor(image.Width, image.Height, random));
        var window = Window.Draw(resized.Width, resized.Height, options.Crop, random);
        crop.Clear();
        for (var channel = 0; channel < Channels; channel++)
        {
            var (mean, deviation) = normalisation.Of(channel);
            var (scale, offset) = (1 / (255 * deviation), mean / deviation);
            for (var row = 0; row < window.Rows; row++)
            {
                var target = crop.Slice((normalisation.Plane(channel) * options.Crop + window.TargetTop + row) * options.Crop + window.TargetLeft, window.Columns);
                for (var column = 0; column < window.Columns; column++) target[column] = resized.Pixels[window.Source(row, column) * Channels + channel] * scale - offset;
            }
        }
    }

    /// <summary>The same for labels, nearest and padded with 255: with the same seed they stay on their image.</summary>
    public LabelMap Apply(LabelMap labels, int seed)
    {
        var random = new Random(seed);
        var resized = PilResize.Rescale(labels, Factor(labels.Width, labels.Height, random));
        var window = Window.Draw(resized.Width, resized.Height, options.Crop, random);
        var crop = new byte[options.Crop * options.Crop];
        Array.Fill(crop, LabelMap.Ignored);
        for (var row = 0; row < window.Rows; row++)
        for (var column = 0; column < window.Columns; column++)
            crop[(window.TargetTop + row) * options.Crop + window.TargetLeft + column] = resized.Labels[window.Source(row, column)];
        return new LabelMap(options.Crop, options.Crop, crop);
    }

    private double Factor(int width, int height, Random random) => options switch
    {
        { Scales: { } scales } => scales[random.Next(scales.Count)],
        { ScaleFrom: { } from, ScaleTo: { } to } => from + random.NextDouble() * (to - from),
        _ => (double)random.Next(options.ResizeFrom, options.ResizeTo + 1) / Math.Max(width, height),
    };

    /// <summary>What is cut out of an image, and where it lies in the crop.</summary>
    private readonly record struct Window(int Width, bool Mirrored, int Top, int TargetTop, int Rows, int Left, int TargetLeft, int Columns)
    {
        public static Window Draw(int width, int height, int crop, Random random)
        {
            var mirrored = random.Next(2) == 1;
            var (top, targetTop, rows) = Side(height, crop, random);
            var (left, targetLeft, columns) = Side(width, crop, random);
            return new Window(width, mirrored, top, targetTop, rows, left, targetLeft, columns);
        }

        /// <summary>Index of the pixel of the image that lies at a place of the window.</summary>
        public int Source(int row, int column) => (Top + row) * Width + (Mirrored ? Width - 1 - (Left + column) : Left + column);

        /// <summary>Start in the image, start in the crop, length.</summary>
        private static (int From, int To, int Length) Side(int side, int crop, Random random)
        {
            var space = crop - side;
            return space > 0 ? (0, random.Next(space + 1), side) : (random.Next(-space + 1), 0, crop);
        }
    }
}
