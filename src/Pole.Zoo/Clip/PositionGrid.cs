using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>Positional embeddings of a square grid for images of other sizes and shapes.</summary>
internal static class PositionGrid
{
    /// <param name="positions"><c>[1 + side², width]</c>; the first row, which belongs to no cell, is kept.</param>
    /// <returns><c>[1 + rows · columns, width]</c>, resized bilinearly, corners not aligned.</returns>
    public static Tensor Resize(Tensor positions, int rows, int columns)
    {
        var side = (long)Math.Round(Math.Sqrt(positions.shape[0] - 1));
        if (rows == side && columns == side) return positions.alias();

        using var scope = NewDisposeScope();
        var grid = positions[TensorIndex.Slice(1)].t().reshape(1, -1, side, side).to(ScalarType.Float32);
        var resized = nn.functional.interpolate(grid, [rows, columns], mode: InterpolationMode.Bilinear, align_corners: false);
        return cat([positions[TensorIndex.Slice(0, 1)], resized.flatten(2)[0].t().to(positions.dtype)], 0).MoveToOuterDisposeScope();
    }
}
