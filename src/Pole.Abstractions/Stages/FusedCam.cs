using static TorchSharp.torch;

namespace Pole;

/// <summary>CAMs of an image's present classes, each divided by its own maximum.</summary>
/// <param name="Classes">Present classes, ascending.</param>
/// <param name="Strided"><c>[n, ⌈H/4⌉, ⌈W/4⌉]</c>.</param>
/// <param name="HighResolution"><c>[n, H, W]</c>.</param>
public sealed record FusedCam(IReadOnlyList<int> Classes, Tensor Strided, Tensor HighResolution) : IDisposable
{
    /// <summary>Pixels a cell of <see cref="Strided"/>.</summary>
    public const int Stride = 4;

    /// <summary>Of each class, the text that its CAM is of; empty where the source chooses none.</summary>
    public IReadOnlyList<ChosenText> Chosen { get; init; } = [];

    /// <summary>Cells along a side of so many pixels.</summary>
    public static int CellsOf(int side) => (side + Stride - 1) / Stride;

    public void Dispose()
    {
        Strided.Dispose();
        HighResolution.Dispose();
    }
}
