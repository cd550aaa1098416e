using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>Settings of the dense CRF; the defaults are those of IRNet's and CLIMS's labels.</summary>
public record DenseCrfOptions
{
    /// <summary>As at DeepLab's test time (kazuto1011/deeplab-pytorch).</summary>
    public static DenseCrfOptions DeepLab { get; } = new() { PositionDeviation = 1, BilateralPositionDeviation = 67, BilateralColourDeviation = 3, BilateralWeight = 4 };

    /// <summary>Mean-field iterations.</summary>
    [Range(0, 1000)] public int Iterations { get; init; } = 10;

    /// <summary>Standard deviation of the smoothing kernel, in pixels.</summary>
    [Range(0.01, 10_000.0)] public double PositionDeviation { get; init; } = 3;

    /// <summary>Weight of the smoothing kernel; 0 leaves it out.</summary>
    [Range(0.0, 1e6)] public double PositionWeight { get; init; } = 3;

    /// <summary>Standard deviation of the appearance kernel in space, in pixels.</summary>
    [Range(0.01, 10_000.0)] public double BilateralPositionDeviation { get; init; } = 50;

    /// <summary>Standard deviation of the appearance kernel in colour, in steps of 8 bits.</summary>
    [Range(0.01, 10_000.0)] public double BilateralColourDeviation { get; init; } = 5;

    /// <summary>Weight of the appearance kernel; 0 leaves it out.</summary>
    [Range(0.0, 1e6)] public double BilateralWeight { get; init; } = 10;

    /// <summary>Probability that a given label is right, for unaries from labels.</summary>
    [Range(0.01, 0.999)] public double LabelConfidence { get; init; } = 0.7;
}
