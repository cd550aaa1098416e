namespace Pole;

/// <summary>One label per pixel, rows from the top: 0 background, k + 1 for class k, 255 ignored.</summary>
public sealed record LabelMap(int Width, int Height, byte[] Labels)
{
    /// <summary>The label of pixels that no measure counts.</summary>
    public const byte Ignored = 255;
}
