namespace Pole;

/// <summary>One label per pixel, rows from the top: 0 background, k + 1 for class k, 255 ignored.</summary>
public sealed record LabelMap(int Width, int Height, byte[] Labels)
{
    /// <summary>The label of pixels that no measure counts.</summary>
    public const byte Ignored = 255;

    /// <summary>The file that it was read from, and the place in it where it holds several, for messages; null for one that was computed.</summary>
    public string? Source { get; init; }

    /// <summary>Whether every label is one of a number of labels, or ignored.</summary>
    /// <param name="labels">Classes and background.</param>
    /// <exception cref="ExperimentException">A label is not; names file and pixel.</exception>
    public void RequireLabels(int labels)
    {
        if (labels >= Ignored || Labels.AsSpan().IndexOfAnyInRange((byte)labels, (byte)(Ignored - 1)) is not (>= 0 and var pixel)) return;
        throw OutOfRange(pixel, labels);
    }

    /// <exception cref="ExperimentException">It is of another size than what it belongs to; names its file.</exception>
    /// <param name="other">What it belongs to, for the message.</param>
    public void RequireSize(int width, int height, string other)
    {
        if ((Width, Height) != (width, height)) throw new ExperimentException($"{Source ?? "a label map"} is {Width}×{Height}, {other} is {width}×{height}; a label map has the size of its image");
    }

    /// <summary>The error of a pixel whose label does not exist.</summary>
    public ExperimentException OutOfRange(int pixel, int labels) =>
        new($"{Source ?? "a label map"}: pixel ({pixel % Width}, {pixel / Width}) has label {Labels[pixel]}, the labels are 0…{labels - 1}");
}
