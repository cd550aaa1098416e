namespace Pole.Data.Folders;

/// <summary>The images below a folder by id: the path below it, without extension.</summary>
public static class ImageFiles
{
    private static readonly string[] Read = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"];

    /// <summary>Images that nothing here decodes: leaving them out unsaid would change what is trained on.</summary>
    private static readonly string[] Unread = [".gif", ".heic", ".heif", ".avif", ".jxl", ".jp2", ".svg", ".psd", ".raw", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf"];

    /// <param name="folders">Folders below it that hold something else, such as label maps.</param>
    /// <returns>Paths by id, in the order of the ids.</returns>
    /// <exception cref="ExperimentException">There is no such folder, no image in it, two of one id, or one of a kind that is not read.</exception>
    public static SortedDictionary<string, string> Below(string folder, IReadOnlyList<string> folders)
    {
        if (!Directory.Exists(folder)) throw new ExperimentException($"{folder}: there is no such folder; it should hold the images");
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var names = InputFile.Read(folder, "a folder of images", "make it readable", () => FileTree.Files(folder).Where(name => !name.Split('/').Any(part => part.StartsWith('.'))).Order(StringComparer.Ordinal).ToList());
        foreach (var name in names.Where(name => !folders.Any(other => name.StartsWith($"{other}/", StringComparison.Ordinal))))
        {
            var extension = Path.GetExtension(name).ToLowerInvariant();
            if (Unread.Contains(extension)) throw new ExperimentException($"{Path.Combine(folder, name)}: {extension[1..].ToUpperInvariant()} images are not read; save it as JPEG, PNG, WebP, TIFF or BMP");
            if (!Read.Contains(extension)) continue;
            if (!files.TryAdd(IdOf(name), Path.Combine(folder, name))) throw new ExperimentException($"{folder} has {Path.GetRelativePath(folder, files[IdOf(name)])} and {name} of one name; remove one");
        }

        return files.Count > 0 ? files : throw new ExperimentException($"{folder} has no images (JPEG, PNG, WebP, TIFF or BMP)");
    }

    /// <summary>The id that a list or a table means: with or without the extension, with slashes of either kind.</summary>
    public static string IdOf(string name)
    {
        var path = name.Trim().Replace('\\', '/');
        if (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        return Read.FirstOrDefault(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } found ? path[..^found.Length] : path;
    }

    /// <summary>Whether a file's ending is that of an image.</summary>
    public static bool IsImage(string path) => Read.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first folder of a path with slashes; empty for none.</summary>
    public static string TopFolder(string path) => path.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? path[..slash] : "";
}
