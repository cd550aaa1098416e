using System.Text.Json;
using Pole.Data.Coco;

namespace Pole.Data.Masks;

/// <summary>Masks of all images in one file in COCO's form: <c>images</c> with <c>file_name</c>, and <c>annotations</c> whose categories do not count.</summary>
internal sealed class CocoMaskFile : IMaskSource
{
    private readonly string path;
    private readonly Dictionary<string, CocoImage> images;

    /// <exception cref="ExperimentException">The file is damaged, has no masks, or has two images of one name.</exception>
    public CocoMaskFile(string path)
    {
        this.path = path;
        images = [];
        foreach (var image in CocoAnnotations.Read(path, new Dictionary<int, string>(), MaskSources.Remedy))
            if (!images.TryAdd(IdOf(image), image)) throw new ExperimentException($"{path}: it lists the image {image.FileName} twice; {MaskSources.Remedy}");
        if (images.Count == 0) throw new ExperimentException($"{path}: it lists no image that has a mask, as COCO's 'images' and 'annotations' do; masks of one image go into a folder, as ID.json");
    }

    public bool Has(string image) => images.ContainsKey(image);

    public IReadOnlyList<BinaryMask> Of(string image, int width, int height) => !images.TryGetValue(image, out var found) ? [] : InputFile.Read<IReadOnlyList<BinaryMask>>(path, $"masks of image {image}", MaskSources.Remedy, () =>
    {
        MaskSources.RequireSize($"{path}: image {found.FileName}", found.Width, found.Height, image, width, height);
        using var stream = File.OpenRead(path);
        return [.. found.Objects.Select(mask =>
        {
            var element = new byte[mask.Length];
            stream.Position = mask.Offset;
            stream.ReadExactly(element);
            using var annotation = JsonDocument.Parse(element);
            return CocoMask.Read(annotation.RootElement.GetProperty("segmentation"), path, image, width, height);
        })];
    });

    private static string IdOf(CocoImage image) => Path.ChangeExtension(image.FileName.Replace('\\', '/'), null);
}
