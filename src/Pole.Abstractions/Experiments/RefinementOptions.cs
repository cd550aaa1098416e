using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>
/// From CAMs to pseudo-masks: confident labels, affinities learned from them, a random walk, and a CRF. The defaults are IRNet's (Ahn, Cho,
/// Kwak 2019) with CLIMS's background.
/// </summary>
public sealed record RefinementOptions : ICrossChecked
{
    /// <summary>CAM score above which a pixel is confidently foreground.</summary>
    [Range(0.0, 1.0)] public double Foreground { get; init; } = 0.3;

    /// <summary>CAM score below which a pixel is confidently background.</summary>
    [Range(0.0, 1.0)] public double Background { get; init; } = 0.1;

    /// <summary>The CRF of the confident labels.</summary>
    public DenseCrfOptions Crf { get; init; } = new();

    /// <summary>What learns which cells belong together.</summary>
    public required IModuleOptions<AffinityModel, Backbone> Affinity { get; init; }

    /// <summary>What it stands on. Left out: the CAM network's backbone, as it was trained.</summary>
    public IModuleOptions<Backbone>? Backbone { get; init; }

    /// <summary>Training of the affinities; the head is the displacement branch, or AffinityNet's own layers.</summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>Power of the affinities.</summary>
    [Range(0.1, 100.0)] public double Beta { get; init; } = 10;

    /// <summary>Steps of the walk: 2 to this power.</summary>
    [FormerKey("doublings"), Range(0, 16)] public int ExpTimes { get; init; } = 8;

    /// <summary>Score of the background against the walked CAMs, whose strongest place in an image has score 1.</summary>
    [Range(0.0, 1.0)] public double WalkBackground { get; init; } = 0.25;

    /// <summary>The background is a map of its own instead, (1 − the strongest CAM) to this power, which walks with the others: 16 in AffinityNet.</summary>
    [Range(0.1, 1000.0), MutuallyExclusiveWith(nameof(WalkBackground))] public double? BackgroundPower { get; init; }

    /// <summary>A CRF of the walked labels. Left out: they are the masks.</summary>
    public DenseCrfOptions? MaskCrf { get; init; }

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (Background > Foreground) yield return new SpecConflict($"{path}.background", $"a CAM below {Background} is confidently background and one above {Foreground} confidently foreground: background must not be above foreground");
    }
}
