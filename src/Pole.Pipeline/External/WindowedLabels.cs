using Pole.Data.Imaging;

namespace Pole.Pipeline.External;

/// <summary>Label maps of images of any size: an image that is larger than a window is labelled in windows that overlap, and of each the middle is taken, so that memory is bounded by a window.</summary>
/// <param name="label">Labels an image that fits.</param>
/// <param name="window">Side, in pixels.</param>
public sealed class WindowedLabels(Func<RgbImage, LabelMap> label, int window)
{
    /// <summary>Share of a window on each side that is context for its neighbour alone.</summary>
    private const int Margins = 8;

    public LabelMap Of(RgbImage image)
    {
        if (image.Width <= window && image.Height <= window) return label(image);
        var labels = new byte[image.Width * image.Height];
        foreach (var rows in Windows(image.Height, window))
        foreach (var columns in Windows(image.Width, window))
        {
            var map = label(ImageCrop.Of(image, columns.Start, rows.Start, columns.Length, rows.Length));
            for (var row = rows.KeptFrom; row < rows.KeptTo; row++)
                map.Labels.AsSpan((row - rows.Start) * columns.Length + columns.KeptFrom - columns.Start, columns.KeptTo - columns.KeptFrom).CopyTo(labels.AsSpan(row * image.Width + columns.KeptFrom));
        }

        return new LabelMap(image.Width, image.Height, labels);
    }

    /// <summary>Windows along one side that together keep every pixel once.</summary>
    internal static IReadOnlyList<LabelWindow> Windows(int length, int window)
    {
        if (length <= window) return [new LabelWindow(0, length, 0, length)];
        var margin = window / Margins;
        var count = (length - 2 * margin + window - 2 * margin - 1) / (window - 2 * margin);
        var starts = Enumerable.Range(0, count).Select(index => Math.Min(index * (window - 2 * margin), length - window)).ToList();
        return [.. starts.Select((start, index) => new LabelWindow(start, window, index == 0 ? 0 : start + margin, index == count - 1 ? length : starts[index + 1] + margin))];
    }
}

/// <summary>Part of an image along one side, in pixels.</summary>
/// <param name="KeptFrom">First pixel that is taken of it.</param>
/// <param name="KeptTo">The one after the last.</param>
internal readonly record struct LabelWindow(int Start, int Length, int KeptFrom, int KeptTo);
