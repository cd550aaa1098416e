using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>From CAMs to pseudo-masks: confident labels, affinities learned from them, and a random walk (IRNet, Ahn, Cho, Kwak 2019).</summary>
public sealed record RefinementOptions
{
    /// <summary>CAM score above which a pixel is confidently foreground.</summary>
    [Range(0.0, 1.0)] public double Foreground { get; init; } = 0.3;

    /// <summary>CAM score below which a pixel is confidently background.</summary>
    [Range(0.0, 1.0)] public double Background { get; init; } = 0.1;

    /// <summary>The CRF of the confident labels.</summary>
    public DenseCrfOptions Crf { get; init; } = new();

    /// <summary>Training of the edge and displacement branches; <c>classifier-rate</c> is that of the displacement branch.</summary>
    public required TrainingOptions Affinity { get; init; }

    /// <summary>Pairs of training are closer than this, in cells of four pixels.</summary>
    [Range(2, 64)] public int PairRadius { get; init; } = 10;

    /// <summary>Pairs of the walk are closer than this, in cells of four pixels.</summary>
    [Range(2, 64)] public int WalkRadius { get; init; } = 5;

    /// <summary>Power of the affinities.</summary>
    [Range(0.1, 100.0)] public double Beta { get; init; } = 10;

    /// <summary>Steps of the walk: 2 to this power.</summary>
    [Range(0, 16)] public int Doublings { get; init; } = 8;

    /// <summary>Score of the background against the walked CAMs, whose strongest place in an image has score 1.</summary>
    [Range(0.0, 1.0)] public double WalkBackground { get; init; } = 0.25;
}
