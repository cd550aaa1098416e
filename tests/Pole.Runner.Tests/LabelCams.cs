using Pole.Pipeline.External;

namespace Pole.Runner.Tests;

/// <summary>CAMs that say what a label map says.</summary>
internal static class LabelCams
{
    /// <summary>One map per class: 1 where the label map has it, at the size of the image and at a quarter of it.</summary>
    public static void Write(string path, LabelMap labels)
    {
        var classes = labels.Labels.Where(label => label is > 0 and < 255).Distinct().Order().ToList();
        var (width, height) = ((labels.Width + 3) / 4, (labels.Height + 3) / 4);
        float At(byte label, int x, int y) => labels.Labels[y * labels.Width + x] == label ? 1 : 0;
        var fine = classes.SelectMany(label => Enumerable.Range(0, labels.Labels.Length).Select(pixel => At(label, pixel % labels.Width, pixel / labels.Width))).ToArray();
        var coarse = classes.SelectMany(label => Enumerable.Range(0, width * height).Select(pixel => At(label, pixel % width * 4, pixel / width * 4))).ToArray();

        CamFileWriter.Write(path, [.. classes.Select(label => label - 1L)], labels.Width, labels.Height, fine, coarse);
    }
}
