using System.Text.Json;
using Pole.Data.Imaging;

namespace Pole.Data.Coco;

/// <summary>Label maps from the outlines of COCO annotations: crowds first, then larger objects before smaller ones, so that small ones stay visible.</summary>
internal static class CocoOutlines
{
    /// <param name="path">The annotations that the objects were read from.</param>
    /// <param name="labelOf">The label of an object's category.</param>
    /// <exception cref="ExperimentException">An outline is damaged or leaves the image; names the file and the image.</exception>
    public static LabelMap Draw(string path, CocoImage image, Func<CocoObject, byte> labelOf, string remedy) => InputFile.Read(path, $"COCO annotations, the outlines of image {image.FileName}", remedy, () =>
    {
        using var admitted = ImageCodec.Admit($"{path}: image {image.FileName}", image.Width, image.Height);
        var labels = new byte[image.Width * image.Height];
        using var stream = File.OpenRead(path);
        foreach (var found in image.Objects.OrderByDescending(candidate => candidate.IsCrowd).ThenByDescending(candidate => candidate.Area))
        {
            var label = labelOf(found);
            var element = new byte[found.Length];
            stream.Position = found.Offset;
            stream.ReadExactly(element);
            using var annotation = JsonDocument.Parse(element);
            CocoMask.Rasterise(annotation.RootElement.GetProperty("segmentation"), image.Width, image.Height, pixel => labels[pixel] = label);
        }

        return new LabelMap(image.Width, image.Height, labels) { Source = $"{path}: image {image.FileName}" };
    });
}
