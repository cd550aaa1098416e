using System.ComponentModel.DataAnnotations;

namespace Pole.Data.Augmentations;

/// <summary>The augmentation of CLIMS and IRNet's CAMs (misc/imutils.py): resize so that the long side has a random length, mirror, random crop, padded with 0 after normalisation.</summary>
[PoleModule("random-long-side")]
public sealed record RandomLongSideOptions : IModuleOptions<Augmentation>, ICrossChecked
{
    /// <summary>Shortest long side, in pixels.</summary>
    [Range(16, 4096)] public int From { get; init; } = 320;

    /// <summary>Longest long side, in pixels.</summary>
    [Range(16, 4096)] public int To { get; init; } = 640;

    /// <summary>Random colours of the resized image. Left out: none.</summary>
    public ColourJitterOptions? Jitter { get; init; }

    public Augmentation Create(ModuleContext context) => new RandomCrop((width, height, random) => (double)random.Next(From, To + 1) / Math.Max(width, height), Jitter);

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (From > To) yield return new SpecConflict($"{path}.from", $"from is {From}, above to, which is {To}");
    }
}
