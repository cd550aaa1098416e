using Pole.Data.Imaging;
using Pole.Data.Shapes;

namespace Pole.Data.Loading;

/// <summary>
/// Captions made of image-level labels: a random crop of a training image, mirrored or not, and <c>a photo of</c> one name of each of its classes. What a small CLIP learns
/// of them is these images and these names, and nothing else.
/// </summary>
/// <param name="samples">Training images.</param>
/// <param name="names">Of each class, in label order.</param>
/// <param name="others">What prompts say besides; no caption does, so that nothing is learnt of it.</param>
public sealed class LabelCaptions(IReadOnlyList<ISample> samples, IReadOnlyList<IReadOnlyList<string>> names, IReadOnlyList<string> others) : ICaptionSource
{
    private const int Stream = 0;

    /// <summary>Side of a crop as a share of the image's: most of an object is in it.</summary>
    private const double LeastSide = 0.7;

    public IReadOnlyList<string> Vocabulary => [.. names.SelectMany(own => own), .. others, CaptionComposer.Nothing, "a", "photo", "of", "and"];

    /// <exception cref="ArgumentException">A part of the pictures is to be hidden: labels do not say what is left.</exception>
    public (RgbImage Image, string Caption) RenderCaptioned(int index, int resolution, double masked)
    {
        if (masked > 0) throw new ArgumentException("labels do not say what is left of an image when a part is hidden", nameof(masked));
        var (sample, random) = (samples[index % samples.Count], RenderRandom.For(0, Stream, index));
        var drawn = sample.PresentClasses.Select(present => random.Pick(names[present])).ToList();
        var caption = $"a photo of {(drawn.Count == 0 ? CaptionComposer.Nothing : string.Join(" and ", drawn))}.";
        return (Crop(sample.LoadImage(), resolution, random), caption);
    }

    private static RgbImage Crop(RgbImage image, int resolution, RenderRandom random)
    {
        var (width, height) = (Side(image.Width, random), Side(image.Height, random));
        var (left, top, isMirrored) = (random.Below(image.Width - width + 1), random.Below(image.Height - height + 1), random.Chance(0.5));
        return PilResize.Bicubic(ImageCrop.Of(image, left, top, width, height, isMirrored), resolution, resolution);
    }

    private static int Side(int side, RenderRandom random) => Math.Max(1, (int)Math.Round(side * random.Between(LeastSide, 1)));
}
