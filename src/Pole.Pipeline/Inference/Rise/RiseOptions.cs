using System.ComponentModel.DataAnnotations;

namespace Pole.Pipeline.Inference.Rise;

/// <summary>
/// RISE (Petsiuk, Das, Saenko 2018): a place is as important to a class as the images in which a random mask shows it. It asks the image tower alone, so every CLIP will do, and it trains nothing. The probability of a class is the sum over its names
/// (<c>prompt.synonyms</c>) of softmax(100 · cosine) among all names and <c>prompt.backgrounds</c>.
/// </summary>
[PoleModule("rise")]
public sealed record RiseOptions : IModuleOptions<ICamSource, CamSourceBase>, ICrossChecked
{
    /// <summary>Masks of an image, each a pass through the image tower; 4,000 to 8,000 in the paper.</summary>
    [Range(1, 1_000_000)] public int Masks { get; init; } = 1000;

    /// <summary>Cells of a mask in a row and in a column.</summary>
    [Range(2, 64)] public int Cells { get; init; } = 7;

    /// <summary>Share of the cells that a mask shows.</summary>
    [Range(0.01, 0.99)] public double Probability { get; init; } = 0.5;

    /// <summary>Masked images that CLIP encodes at once.</summary>
    [Range(1, 4096)] public int BatchSize { get; init; } = 64;

    /// <summary>Seed of the masks, independent of the experiment's seed.</summary>
    [Range(0, int.MaxValue)] public int Seed { get; init; }

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (experiment.Clip is null) yield return new SpecConflict(path, "rise asks a CLIP for the class: give clip and prompt");
    }

    public ICamSource Create(CamSourceBase below, ModuleContext context) => new RiseCams(this, below.Prompts ?? throw new ExperimentException("rise asks a CLIP for the class: give clip and prompt"), context.Device);
}
