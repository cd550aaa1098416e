using Pole.Data.Imaging;

namespace Pole.Data.Folders;

/// <summary>Which folder below a data set's holds its label maps.</summary>
/// <param name="files">All files below the root, with slashes.</param>
internal sealed class MaskFolderSearch(string root, IReadOnlyList<string> files)
{
    private const string Extension = ".png";

    /// <summary>Files of a folder that are read to see whether they are label maps.</summary>
    private const int Probed = 20;

    /// <summary>What is in names of folders of label maps, and what folders of images are called that are no class.</summary>
    private static readonly string[] MaskWords = ["mask", "label", "segment", "annotation", "truth"], ImageFolders = ["image", "images", "img", "imgs", "photo", "photos", "picture", "pictures", "jpegimages"];

    /// <summary>Whether a folder's name says that images are in it, and nothing of what they show.</summary>
    public static bool IsCalledImages(string folder) => ImageFolders.Contains(folder.ToLowerInvariant());

    /// <returns>A folder of PNGs alone, most of which have the name of an image elsewhere, and that is called so, lies beside a folder called images, or whose images are no label maps themselves; null for none.</returns>
    /// <exception cref="ExperimentException">A folder that is called so has no label maps, or a damaged one.</exception>
    public string? Find()
    {
        var images = files.Where(ImageFiles.IsImage).ToList();
        foreach (var folder in images.Where(IsPng).Select(ImageFiles.TopFolder).Where(folder => folder.Length > 0).Distinct())
        {
            var inside = files.Where(file => ImageFiles.TopFolder(file) == folder).ToList();
            if (!inside.All(IsPng)) continue;
            var names = inside.Select(BelowTop).ToHashSet(StringComparer.Ordinal);
            // Named as images beside the folder, or as those in a folder beside it.
            var twins = images.Where(file => ImageFiles.TopFolder(file) != folder && (names.Contains(BelowTop(file)) || names.Contains(ImageFiles.IdOf(file)))).ToList();
            if (names.Count(twins.SelectMany<string, string>(file => [BelowTop(file), ImageFiles.IdOf(file)]).ToHashSet(StringComparer.Ordinal).Contains) * 2 <= names.Count) continue;
            var beside = twins.Select(ImageFiles.TopFolder).Distinct().ToList();
            // with_mask and without_mask are classes; gt is no class beside images.
            var isMeant = beside.All(other => other.Length == 0 || IsCalledImages(other)) || IsCalledMasks(folder) && !beside.Any(IsCalledMasks);
            var fault = inside.Take(Probed).Select(Fault).FirstOrDefault(fault => fault is not null);
            if (fault is null && (isMeant || !AreLabelMaps(twins))) return folder;
            if (fault is not null && isMeant && IsCalledMasks(folder)) throw new ExperimentException($"{fault.Message}; {folder} was taken for the label maps: mend the file, or give the folder another name", fault);
        }

        RequireLabelMaps(images);
        return null;
    }

    /// <summary>Grey images of one name in folders that are classes are no label maps of each other.</summary>
    private bool AreLabelMaps(List<string> twins) => twins.Take(Probed).All(file => IsPng(file) && Fault(file) is null);

    /// <summary>Label maps beside the one folder of images that cannot be used would else become images.</summary>
    private void RequireLabelMaps(List<string> images)
    {
        var tops = images.Select(ImageFiles.TopFolder).Distinct().ToList();
        if (tops.Count != 2 || tops.Find(IsCalledImages) is not { } called || tops.Find(top => top != called && IsCalledMasks(top)) is not { } masks) return;
        var inside = images.Where(file => ImageFiles.TopFolder(file) == masks).ToList();
        throw new ExperimentException($"{Path.Combine(root, inside.Find(file => !IsPng(file)) ?? inside[0])}: {masks} is called as label maps are, which are PNGs with the name of their image and the number of a class in each pixel; write them so, or move the folder away");
    }

    /// <summary>Why a file is no label map; null where it is one.</summary>
    private ExperimentException? Fault(string file)
    {
        try
        {
            ImageCodec.ReadLabels(Path.Combine(root, file));
            return null;
        }
        catch (ExperimentException fault)
        {
            return fault;
        }
    }

    private static bool IsPng(string file) => Path.GetExtension(file).Equals(Extension, StringComparison.OrdinalIgnoreCase);

    private static bool IsCalledMasks(string folder) => MaskWords.Any(word => folder.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>An image's path without extension, below its first folder.</summary>
    private static string BelowTop(string file)
    {
        var id = ImageFiles.IdOf(file);
        return ImageFiles.TopFolder(id) is { Length: > 0 } top ? id[(top.Length + 1)..] : id;
    }
}
