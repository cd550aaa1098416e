namespace Pole.Zoo.Cam;

/// <summary>
/// Rectangles around what is strong in a CAM (linyq2117/CLIP-ES, utils.py, scoremap2bbox): in steps u = ⌊255 · CAM⌋, the bounding rectangles of the connected cells (with diagonals) where u &gt; ⌊λ · max u⌋. That is what OpenCV's
/// contours give, those of holes too, which lie inside. A rectangle's end is exclusive and at most the last column or row, so these are never inside: published as it is.
/// </summary>
internal static class CamRectangles
{
    private const int Steps = 255;

    /// <param name="cam">0…1, row by row.</param>
    /// <param name="threshold">λ.</param>
    /// <returns>1 inside a rectangle and 0 elsewhere, row by row.</returns>
    public static float[] Inside(ReadOnlySpan<float> cam, int width, int height, double threshold)
    {
        var strong = StrongCells(cam, threshold);
        var inside = new float[cam.Length];
        for (var cell = 0; cell < strong.Length; cell++)
        {
            if (!strong[cell]) continue;
            var (left, top, right, bottom) = Take(strong, cell, width, height);
            for (var row = top; row < Math.Min(bottom + 1, height - 1); row++) inside.AsSpan(row * width + left, Math.Max(0, Math.Min(right + 1, width - 1) - left)).Fill(1);
        }

        return inside;
    }

    private static bool[] StrongCells(ReadOnlySpan<float> cam, double threshold)
    {
        var steps = new int[cam.Length];
        for (var cell = 0; cell < steps.Length; cell++) steps[cell] = (int)(cam[cell] * Steps);
        var least = (int)(threshold * steps.Max());
        return [.. steps.Select(step => step > least)];
    }

    /// <summary>Takes the connected cells out of the strong ones.</summary>
    /// <returns>Their bounds, inclusive.</returns>
    private static (int Left, int Top, int Right, int Bottom) Take(bool[] strong, int first, int width, int height)
    {
        var (left, top, right, bottom) = (width, height, 0, 0);
        var open = new Stack<int>([first]);
        strong[first] = false;
        while (open.TryPop(out var cell))
        {
            var (column, row) = (cell % width, cell / width);
            (left, top, right, bottom) = (Math.Min(left, column), Math.Min(top, row), Math.Max(right, column), Math.Max(bottom, row));
            for (var y = Math.Max(0, row - 1); y <= Math.Min(height - 1, row + 1); y++)
            for (var x = Math.Max(0, column - 1); x <= Math.Min(width - 1, column + 1); x++)
            {
                if (!strong[y * width + x]) continue;
                strong[y * width + x] = false;
                open.Push(y * width + x);
            }
        }

        return (left, top, right, bottom);
    }
}
