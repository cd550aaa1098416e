using Pole.Data.Coco;

namespace Pole.Data.Folders;

/// <summary>COCO annotations of any categories, which are found by name.</summary>
internal sealed class CocoLabels : IImageLabels
{
    private const string Remedy = "write it again with the tool that made it";

    private readonly string path;
    private readonly Dictionary<int, int> classOf;
    private readonly Dictionary<string, CocoImage> images;

    /// <param name="ids">Of the images that there are.</param>
    /// <exception cref="ExperimentException">The file is damaged, or has a category that is no class, or an image that is not there.</exception>
    public CocoLabels(string path, ClassNames classes, ICollection<string> ids)
    {
        this.path = path;
        classOf = CocoAnnotations.ReadCategories(path, Remedy).ToDictionary(category => category.Key, category => classes.Named(category.Value, $"{path}: category {category.Key}"));
        images = new Dictionary<string, CocoImage>(StringComparer.Ordinal);
        foreach (var image in CocoAnnotations.Read(path, new Dictionary<int, string>(), Remedy))
        {
            var id = ImageFiles.IdOf(image.FileName);
            if (!ids.Contains(id)) throw new ExperimentException($"{path}: there is no image '{image.FileName}'");
            if (!images.TryAdd(id, image)) throw new ExperimentException($"{path}: the image '{image.FileName}' is listed twice");
        }
    }

    /// <summary>An image without an object has no class, listed or not.</summary>
    public IReadOnlyList<int> Of(string id) => images.TryGetValue(id, out var image) ? [.. image.Objects.Select(ClassOf).Distinct().Order()] : [];

    /// <summary>From the outlines; null for an image without an object.</summary>
    public LabelMap? Draw(string id) => images.TryGetValue(id, out var image) ? CocoOutlines.Draw(path, image, found => (byte)(ClassOf(found) + 1), Remedy) : null;

    public string Path => path;

    private int ClassOf(CocoObject found) => classOf.TryGetValue(found.Category, out var index) ? index : throw new ExperimentException($"{path}: an annotation has category {found.Category}, which is not listed");
}
