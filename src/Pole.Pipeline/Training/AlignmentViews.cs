using Pole.Data.Imaging;

namespace Pole.Pipeline.Training;

/// <summary>What an aligned clip sees of a training image while it is fitted: the whole image first, then crops, mirrored or not, of some of which a rectangle is seen alone before the mean colour.</summary>
/// <param name="resolution">Side of a view, in pixels.</param>
/// <param name="masked">Share of the crops that are hidden in part, 0…1.</param>
internal sealed class AlignmentViews(int resolution, double masked, int seed)
{
    /// <summary>Sides of a crop as shares of the image's, and of what is left of a hidden one as shares of the crop's.</summary>
    private const double LeastCrop = 0.5, LeastRectangle = 0.4;

    /// <param name="view">0 is the whole image.</param>
    /// <param name="index">Place of the image in its split.</param>
    public RgbImage Of(RgbImage image, int index, int view)
    {
        if (view == 0) return PilResize.Bicubic(image, resolution, resolution);
        var random = new Random(HashOf(index, view));
        var (left, width) = Part(image.Width, LeastCrop, random);
        var (top, height) = Part(image.Height, LeastCrop, random);
        var crop = PilResize.Bicubic(ImageCrop.Of(image, left, top, width, height, random.Next(2) == 1), resolution, resolution);
        return random.NextDouble() < masked ? Hide(crop, random) : crop;
    }

    private static RgbImage Hide(RgbImage image, Random random)
    {
        var (left, width) = Part(image.Width, LeastRectangle, random);
        var (top, height) = Part(image.Height, LeastRectangle, random);
        var seen = new float[image.Width * image.Height];
        for (var row = top; row < top + height; row++) seen.AsSpan(row * image.Width + left, width).Fill(1);
        return MaskedImage.Compose(image, seen, Masking.Mean);
    }

    private static (int From, int Length) Part(int side, double least, Random random)
    {
        var length = Math.Max(1, (int)Math.Round(side * (least + (1 - least) * random.NextDouble())));
        return (random.Next(side - length + 1), length);
    }

    /// <summary>Not <see cref="HashCode"/>, which is another in every process.</summary>
    private int HashOf(int index, int view) => unchecked((seed * 31 + index) * 1009 + view);
}
