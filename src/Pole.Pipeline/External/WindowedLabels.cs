using Pole.Data.Imaging;

namespace Pole.Pipeline.External;

/// <summary>Label maps of images of any size: an image that is larger than a window is labelled in windows that overlap, and of each the middle is taken, so that memory is bounded by a window.</summary>
/// <param name="label">Labels images of one size, each of which fits.</param>
/// <param name="window">Side, in pixels.</param>
/// <param name="batch">Images or windows that are labelled together at most.</param>
public sealed class WindowedLabels(Func<IReadOnlyList<RgbImage>, IReadOnlyList<LabelMap>> label, int window, int batch)
{
    /// <summary>Share of a window on each side that is context for its neighbour alone.</summary>
    private const int Margins = 8;

    /// <param name="images">Of one size, whose windows are of one size too.</param>
    /// <returns>In the same order.</returns>
    public IReadOnlyList<LabelMap> Of(IReadOnlyList<RgbImage> images)
    {
        var (width, height) = (images[0].Width, images[0].Height);
        var windows = (from rows in Windows(height, window) from columns in Windows(width, window) select (Rows: rows, Columns: columns)).ToList();
        var maps = images.Select(_ => new LabelMap(width, height, new byte[width * height])).ToList();
        foreach (var parts in Enumerable.Range(0, images.Count).SelectMany(image => windows.Select(part => (Image: image, part.Rows, part.Columns))).Chunk(batch))
        foreach (var (part, labelled) in parts.Zip(label([.. parts.Select(part => ImageCrop.Of(images[part.Image], part.Columns.Start, part.Rows.Start, part.Columns.Length, part.Rows.Length))])))
            for (var row = part.Rows.KeptFrom; row < part.Rows.KeptTo; row++)
                labelled.Labels.AsSpan((row - part.Rows.Start) * part.Columns.Length + part.Columns.KeptFrom - part.Columns.Start, part.Columns.KeptTo - part.Columns.KeptFrom).CopyTo(maps[part.Image].Labels.AsSpan(row * width + part.Columns.KeptFrom));
        return maps;
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
