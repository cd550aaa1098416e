namespace Pole.Pipeline.Refinement;

/// <summary>Features of an image's pixels in units of their standard deviations: column and row, then red, green and blue.</summary>
internal sealed class PixelFeatures
{
    private const int Colours = 3;

    private readonly RgbImage image;
    private readonly float[] columns, rows, colours;

    private PixelFeatures(RgbImage image, int dimensions, double position, double colour)
    {
        (this.image, Dimensions) = (image, dimensions);
        (columns, rows, colours) = (Steps(image.Width, position), Steps(image.Height, position), Steps(byte.MaxValue + 1, colour));
    }

    public int Points => image.Width * image.Height;

    public int Dimensions { get; }

    /// <summary>Positions alone.</summary>
    public static PixelFeatures OfPositions(RgbImage image, double position) => new(image, 2, position, 1);

    /// <summary>Positions and colours.</summary>
    public static PixelFeatures OfAppearance(RgbImage image, double position, double colour) => new(image, 2 + Colours, position, colour);

    /// <summary>The longest distance along an axis.</summary>
    public float Extent(int axis) => (axis switch { 0 => columns, 1 => rows, _ => colours })[^1];

    /// <summary>Reads some points.</summary>
    /// <param name="values">Dimensions × points; overwritten, and left as it is beyond the last point.</param>
    /// <returns>How many points there were.</returns>
    public int Read(int first, Span<float> values)
    {
        var block = values.Length / Dimensions;
        var count = Math.Min(block, Points - first);
        var (row, column) = Math.DivRem(first, image.Width);
        for (var point = 0; point < count; point++)
        {
            (values[point], values[block + point]) = (columns[column], rows[row]);
            if (++column < image.Width) continue;
            (column, row) = (0, row + 1);
        }

        for (var axis = 2; axis < Dimensions; axis++)
        for (var point = 0; point < count; point++) values[axis * block + point] = colours[image.Pixels[(first + point) * Colours + axis - 2]];
        return count;
    }

    private static float[] Steps(int count, double deviation) => [.. Enumerable.Range(0, count).Select(step => step / (float)deviation)];
}
