using System.ComponentModel.DataAnnotations;

namespace Pole.Data.Augmentations;

/// <summary>Random colours of training images, as pytorch/vision's ColorJitter draws them: factors, uniform, in a random order. AffinityNet has 0.3, 0.3, 0.3 and 0.1 (jiwoon-ahn/psa, train_aff.py).</summary>
public sealed record ColourJitterOptions
{
    /// <summary>The factor of brightness is between 1 − this, not below 0, and 1 + this; 0 leaves brightness as it is.</summary>
    [Range(0.0, 16.0)] public double Brightness { get; init; }

    /// <summary>The factor of contrast, likewise.</summary>
    [Range(0.0, 16.0)] public double Contrast { get; init; }

    /// <summary>The factor of saturation, likewise.</summary>
    [Range(0.0, 16.0)] public double Saturation { get; init; }

    /// <summary>The shift of the hue, as a share of the colour circle, is between minus this and this.</summary>
    [Range(0.0, 0.5)] public double Hue { get; init; }
}
