namespace Pole.Data.Imaging;

/// <summary>
/// An image resized bilinearly as OpenCV does it on float pixels (opencv/opencv, modules/imgproc/src/resize.cpp, INTER_LINEAR). Pixel d of n from N lies at x = (d + ½)·N/n − ½ and is
/// (1 − (x − ⌊x⌋))·p(⌊x⌋) + (x − ⌊x⌋)·p(⌊x⌋ + 1), places beyond an edge being the edge; in single precision, along rows, then along columns. Nothing is smoothed where the image shrinks.
/// A row is computed when it is read, so that a crop costs its own pixels alone.
/// </summary>
public sealed class OpenCvBilinear(RgbImage image, int width, int height) : IPixelRows
{
    private const int Channels = 3;

    private readonly Tap[] columns = Taps(image.Width, width), rows = Taps(image.Height, height);

    public int Width => width;

    public int Height => height;

    public void Read(int row, int from, Span<float> pixels)
    {
        var tap = rows[row];
        var upper = Row(tap.First);
        var lower = Row(tap.Second);
        for (var index = 0; index < pixels.Length; index++)
        {
            var column = columns[from + index / Channels];
            pixels[index] = Between(upper, column, index % Channels) * (1 - tap.SecondWeight) + Between(lower, column, index % Channels) * tap.SecondWeight;
        }
    }

    private ReadOnlySpan<byte> Row(int row) => image.Pixels.AsSpan(row * image.Width * Channels, image.Width * Channels);

    private static float Between(ReadOnlySpan<byte> row, Tap tap, int channel) => row[tap.First * Channels + channel] * (1 - tap.SecondWeight) + row[tap.Second * Channels + channel] * tap.SecondWeight;

    private static Tap[] Taps(int sourceSize, int size)
    {
        // The quotient's reciprocal, as there: it may differ from sourceSize / size in the last bit.
        var scale = 1 / ((double)size / sourceSize);
        return [.. Enumerable.Range(0, size).Select(place =>
        {
            var position = (float)((place + 0.5) * scale - 0.5);
            var first = (int)MathF.Floor(position);
            return first < 0 ? new Tap(0, 0, 0) : first >= sourceSize - 1 ? new Tap(sourceSize - 1, sourceSize - 1, 0) : new Tap(first, first + 1, position - first);
        })];
    }

    /// <summary>The two pixels that one is made of along an axis.</summary>
    private readonly record struct Tap(int First, int Second, float SecondWeight);
}
