using System.Globalization;
using Pole.Data.Imaging;
using Pole.Pipeline.Trying;

namespace Pole.Runner.Reports;

/// <summary>The files of tried prompts: a page, and beside it the image and each map over it as PNGs that are called after the page.</summary>
/// <param name="page">Full path.</param>
internal sealed class TriedFiles(string page)
{
    public string Page => page;

    public string Image => Beside("image");

    /// <param name="number">From 1.</param>
    public string Map(int number) => Beside(string.Create(CultureInfo.InvariantCulture, $"map-{number}"));

    /// <summary>Before anything is computed.</summary>
    /// <param name="image">The image that is tried.</param>
    /// <exception cref="ExperimentException">The page would have no folder, or would be one; a file would replace the image.</exception>
    public void RequireWritable(string image, int maps)
    {
        if (Directory.Exists(page)) throw new ExperimentException($"{page} is a folder; name a file with --output");
        if (!Directory.Exists(Path.GetDirectoryName(page))) throw new ExperimentException($"{page} cannot be written: there is no folder {Path.GetDirectoryName(page)}");
        if (Enumerable.Range(1, maps).Select(Map).Append(Image).Append(page).Contains(Path.GetFullPath(image))) throw new ExperimentException($"{image} would be overwritten; give another file with --output");
    }

    /// <param name="name">What the image is called.</param>
    public void Write(string name, TriedPrompts tried)
    {
        AtomicFile.Write(Image, path => ImageCodec.WritePng(path, tried.Image));
        foreach (var (place, map) in tried.Maps.Index()) AtomicFile.Write(Map(place + 1), path => ImageCodec.WritePng(path, HeatOverlay.Draw(tried.Image, map.Span)));
        AtomicFile.Write(page, path => File.WriteAllText(path, TriedPage.Of(name, tried)));
    }

    private string Beside(string part) => Path.Combine(Path.GetDirectoryName(page)!, $"{Path.GetFileNameWithoutExtension(page)}-{part}.png");
}
