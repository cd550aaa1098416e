namespace Pole;

/// <summary>What stands where a CAM suppresses an image that CLIP chooses a name for.</summary>
public enum Masking
{
    /// <summary>Black, as in the published notebook.</summary>
    Black,

    /// <summary>ImageNet's mean colour, which is what the CLIMS losses put there.</summary>
    Mean,
}
