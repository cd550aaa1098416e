namespace Pole.Data.Folders;

/// <summary>A folder a class: <c>cat/001.jpg</c>. Folders of splits above them are passed over.</summary>
/// <param name="above">Folders that stand for splits, with a slash at their end.</param>
internal sealed class FolderLabels(ClassNames classes, string folder, IReadOnlyList<string> above) : IImageLabels
{
    public IReadOnlyList<int> Of(string id)
    {
        var path = above.FirstOrDefault(prefix => id.StartsWith(prefix, StringComparison.Ordinal)) is { } split ? id[split.Length..] : id;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var place = Path.Combine(folder, id);
        return slash > 0 ? [classes.Named(path[..slash], place)] : throw new ExperimentException($"{place}: the image is in no folder of a class; put it into one, or say its classes with dataset.labels or dataset.masks");
    }
}
