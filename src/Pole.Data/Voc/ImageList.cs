namespace Pole.Data.Voc;

/// <summary>Lists of images as VOC's ImageSets have them: a line has an id, or the paths of image and mask (<c>/JPEGImages/2007_000032.jpg /SegmentationClassAug/2007_000032.png</c>).</summary>
public static class ImageList
{
    private const string ImagesFolder = "JPEGImages/";

    private static readonly string[] ImageEndings = [".jpg", ".jpeg", ".png"];

    /// <returns>Ids in the order of the list.</returns>
    /// <exception cref="ExperimentException">The list is empty, names an image twice, or is not UTF-8; names the file and, where there is one, the line.</exception>
    public static IReadOnlyList<string> Read(string path) => InputFile.Read<IReadOnlyList<string>>(path, "a list of images", "write an id a line", () =>
    {
        var (ids, lineOf) = (new List<string>(), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var (index, line) in TextFile.Lines(TextFile.Read(path)).Index())
        {
            var id = IdOf(line);
            if (id.Length == 0) continue;
            if (id.Split('/', '\\').Contains("..")) throw new ExperimentException($"{path}({index + 1}): '{id}' leaves the data set's folder; ids are paths below it");
            if (!lineOf.TryAdd(id, index + 1)) throw new ExperimentException($"{path}({index + 1}): '{id}' is listed twice, first in line {lineOf[id]}");
            ids.Add(id);
        }

        return ids.Count > 0 ? ids : throw new ExperimentException($"{path}: the list is empty");
    });

    private static string IdOf(string line)
    {
        var name = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        // Folders of a path in VOC's layout, or of one from the root, are none of the id's; those of cat/001.jpg are.
        if (name.LastIndexOf(ImagesFolder, StringComparison.Ordinal) is >= 0 and var start) name = name[(start + ImagesFolder.Length)..];
        else if (Path.IsPathRooted(name)) name = Path.GetFileName(name);
        return ImageEndings.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } found ? name[..^found.Length] : name;
    }
}
