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

    public Augmentation Create(ModuleContext context) => new RandomCrop(Factors is { } factors
        ? (_, _, random) => factors[random.Next(factors.Count)]
        : (_, _, random) => From!.Value + random.NextDouble() * (To!.Value - From.Value));

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (From > To) yield return new SpecConflict($"{path}.from", $"from is {From}, above to, which is {To}");
    }
}
