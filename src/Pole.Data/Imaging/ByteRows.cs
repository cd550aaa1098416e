namespace Pole.Data.Imaging;

/// <summary>Rows of an 8-bit image.</summary>
public sealed record ByteRows(RgbImage Image) : IPixelRows
{
    private const int Channels = 3;

    public int Width => Image.Width;

    public int Height => Image.Height;

    public void Read(int row, int from, Span<float> pixels)
    {
        var bytes = Image.Pixels.AsSpan((row * Width + from) * Channels, pixels.Length);
        for (var index = 0; index < pixels.Length; index++) pixels[index] = bytes[index];
    }
}
