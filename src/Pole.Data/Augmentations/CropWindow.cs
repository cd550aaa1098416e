namespace Pole.Data.Augmentations;

/// <summary>What is cut out of a resized image, and where it lies in the square crop.</summary>
/// <param name="Width">Of the image.</param>
/// <param name="Top">First row in the image.</param>
/// <param name="Left">First column in the image, of its mirror image where it is mirrored.</param>
internal readonly record struct CropWindow(int Width, bool Mirrored, int Top, int TargetTop, int Rows, int Left, int TargetLeft, int Columns)
{
    public static CropWindow Draw(int width, int height, int crop, CropPadding padding, Random random)
    {
        var mirrored = random.Next(2) == 1;
        var (top, targetTop, rows) = Side(height, crop, padding, random);
        var (left, targetLeft, columns) = Side(width, crop, padding, random);
        // The padding on the right is mirrored too.
        if (mirrored && padding is CropPadding.BottomRight) targetLeft = crop - columns;
        return new CropWindow(width, mirrored, top, targetTop, rows, left, targetLeft, columns);
    }

    /// <summary>First of the image's columns that the window has, mirrored or not.</summary>
    public int FirstColumn => Mirrored ? Width - Left - Columns : Left;

    /// <summary>Place among those columns of the one that lies at a place of the window.</summary>
    public int Source(int column) => Mirrored ? Columns - 1 - column : column;

    /// <summary>Start in the image, start in the crop, length.</summary>
    private static (int From, int To, int Length) Side(int side, int crop, CropPadding padding, Random random)
    {
        var space = crop - side;
        if (space <= 0) return (random.Next(-space + 1), 0, crop);
        return (0, padding is CropPadding.Anywhere ? random.Next(space + 1) : 0, side);
    }
}
