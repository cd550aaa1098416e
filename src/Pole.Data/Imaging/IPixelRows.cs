namespace Pole.Data.Imaging;

/// <summary>An image that is read in parts of rows.</summary>
public interface IPixelRows
{
    int Width { get; }

    int Height { get; }

    /// <param name="from">First column.</param>
    /// <param name="pixels">Receives consecutive columns, three values (red, green, blue; 0 to 255) a pixel.</param>
    void Read(int row, int from, Span<float> pixels);
}
