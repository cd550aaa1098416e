using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>Settings of pixel-adaptive refinement (PAR; Ru, Zhan, Yu, Du 2022). The defaults are the published ones, which ExCEL and WeCLIP use too.</summary>
public record PixelAdaptiveOptions
{
    /// <summary>How often every pixel takes the weighted sum of its neighbours.</summary>
    [Range(0, 1000)] public int Iterations { get; init; } = 20;

    /// <summary>Distances of the neighbours, in pixels: eight neighbours at each.</summary>
    [Length(1, 16), Range(1, 256)] public IReadOnlyList<int> Dilations { get; init; } = [1, 2, 4, 8, 12, 24];

    /// <summary>Scale of the colour and position terms, in standard deviations over the neighbours: the smaller, the more the most similar neighbour alone counts.</summary>
    [Range(0.001, 1000.0)] public double ColourScale { get; init; } = 0.3;

    /// <summary>Weight of the position term beside the colour term; 0 leaves it out.</summary>
    [Range(0.0, 1000.0)] public double PositionWeight { get; init; } = 0.01;
}
