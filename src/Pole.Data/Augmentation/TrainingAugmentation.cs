using Pole.Data.Imaging;

namespace Pole.Data.Augmentation;

/// <summary>
/// The augmentation of CLIMS (misc/imutils.py): resize so that the long side is random, mirror, random crop of a square padded
/// with 0 after normalisation. Bytes to numbers without a tensor, so that it may run beside others like it.
/// </summary>
public sealed class TrainingAugmentation(TrainingOptions options)
{
    private const int Channels = 3;

    /// <param name="seed">Everything random of one sample comes from here, so that a run does not depend on the number of workers.</param>
    /// <param name="crop">Receives the ImageNet-normalised planes <c>[3, Crop, Crop]</c>.</param>
    public void Apply(RgbImage image, int seed, Span<float> crop)
    {
        var random = new Random(seed);
        var longSide = random.Next(options.ResizeFrom, options.ResizeTo + 1);
        var resized = PilResize.Rescale(image, (double)longSide / Math.Max(image.Width, image.Height));
        var mirrored = random.Next(2) == 1;
        var (top, targetTop, rows) = Window(resized.Height, random);
        var (left, targetLeft, columns) = Window(resized.Width, random);

        crop.Clear();
        for (var channel = 0; channel < Channels; channel++)
        {
            var (mean, deviation) = PixelNormalisation.ImageNet.Of(channel);
            var (scale, offset) = (1 / (255 * deviation), mean / deviation);
            for (var row = 0; row < rows; row++)
            {
                var target = crop.Slice((channel * options.Crop + targetTop + row) * options.Crop + targetLeft, columns);
                var start = (top + row) * resized.Width;
                for (var column = 0; column < columns; column++)
                {
                    var source = mirrored ? resized.Width - 1 - (left + column) : left + column;
                    target[column] = resized.Pixels[(start + source) * Channels + channel] * scale - offset;
                }
            }
        }
    }

    /// <summary>Where a side is cut, or where it lies in the padding: start in the image, start in the crop, length.</summary>
    private (int From, int To, int Length) Window(int side, Random random)
    {
        var space = options.Crop - side;
        return space > 0 ? (0, random.Next(space + 1), side) : (random.Next(-space + 1), 0, options.Crop);
    }
}
