using System.ComponentModel.DataAnnotations;

namespace Pole.Data.Augmentations;

/// <summary>The augmentation of IRNet and DeepLab (jiwoon-ahn/irn, kazuto1011/deeplab-pytorch): resize by a random factor of the image's own size, mirror, random crop, padded with 0 after normalisation.</summary>
[PoleModule("random-scale")]
public sealed record RandomScaleOptions : IModuleOptions<Augmentation>, ICrossChecked
{
    /// <summary>Smallest factor.</summary>
    [Range(0.01, 16.0), TogetherWith(nameof(To))] public double? From { get; init; }

    /// <summary>Largest factor.</summary>
    [Range(0.01, 16.0)] public double? To { get; init; }

    /// <summary>Factors, of which one is drawn; instead of a range.</summary>
    [Length(1, 64), Range(0.01, 16.0), ExactlyOneOf(nameof(To))] public IReadOnlyList<double>? Factors { get; init; }

    /// <summary>How images are resized. Left out: <c>bicubic</c>, as in IRNet; DeepLab has <c>bilinear</c>. Labels are those of the nearest pixels.</summary>
    public ResizeFilter? Resize { get; init; }

    /// <summary>Where an image that is smaller than the crop lies in it. Left out: <c>anywhere</c>, as in IRNet; DeepLab has <c>bottom-right</c>.</summary>
    public CropPadding? Padding { get; init; }

    /// <summary>Random colours of the resized image. Left out: none.</summary>
    public ColourJitterOptions? Jitter { get; init; }

    public Augmentation Create(ModuleContext context) => new RandomCrop(DrawFactor, Jitter, Resize ?? ResizeFilter.Bicubic, Padding ?? CropPadding.Anywhere);

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (From > To) yield return new SpecConflict($"{path}.from", $"from is {From}, above to, which is {To}");
        if (Jitter is not null && Resize is ResizeFilter.Bilinear) yield return new SpecConflict($"{path}.jitter", "colours are drawn for bytes, and bilinear gives fractions: leave jitter or resize out");
    }

    private double DrawFactor(int width, int height, Random random) =>
        Factors is { } factors ? factors[random.Next(factors.Count)] : From!.Value + random.NextDouble() * (To!.Value - From.Value);
}
