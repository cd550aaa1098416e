using Pole.Data.Imaging;

namespace Pole.Data.Augmentations;

/// <summary>Resizes by a factor, mirrors, and crops a square, padded with 0 after normalisation (CVI-SZU/CLIMS, misc/imutils.py).</summary>
/// <param name="factorOf">Draws the factor for a width and a height.</param>
internal sealed class RandomCrop(Func<int, int, Random, double> factorOf) : Augmentation
{
    private const int Channels = 3;

    public override void Apply(RgbImage image, int seed, int side, PixelNormalisation normalisation, Span<float> crop)
    {
        var random = new Random(seed);
        var resized = PilResize.Rescale(image, factorOf(image.Width, image.Height, random));
        var window = Window.Draw(resized.Width, resized.Height, side, random);
        crop.Clear();
        for (var channel = 0; channel < Channels; channel++)
        {
            var (mean, deviation) = normalisation.Of(channel);
            var (scale, offset) = (1 / (255 * deviation), mean / deviation);
            for (var row = 0; row < window.Rows; row++)
            {
                var target = crop.Slice((normalisation.Plane(channel) * side + window.TargetTop + row) * side + window.TargetLeft, window.Columns);
                for (var column = 0; column < window.Columns; column++) target[column] = resized.Pixels[window.Source(row, column) * Channels + channel] * scale - offset;
            }
        }
    }

    /// <summary>Nearest, and padded with 255.</summary>
    public override LabelMap Apply(LabelMap labels, int seed, int side)
    {
        var random = new Random(seed);
        var resized = PilResize.Rescale(labels, factorOf(labels.Width, labels.Height, random));
        var window = Window.Draw(resized.Width, resized.Height, side, random);
        var crop = new byte[side * side];
        Array.Fill(crop, LabelMap.Ignored);
        for (var row = 0; row < window.Rows; row++)
        for (var column = 0; column < window.Columns; column++)
            crop[(window.TargetTop + row) * side + window.TargetLeft + column] = resized.Labels[window.Source(row, column)];
        return new LabelMap(side, side, crop);
    }

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
