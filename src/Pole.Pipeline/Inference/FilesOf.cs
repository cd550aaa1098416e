namespace Pole.Pipeline.Inference;

/// <summary>The files of one kind that someone gives as a folder.</summary>
public static class FilesOf
{
    /// <returns>Paths, ordered by name.</returns>
    /// <exception cref="ExperimentException">There is no such folder, or no such file in it.</exception>
    public static IReadOnlyList<string> Folder(string folder, string extension)
    {
        if (!Directory.Exists(folder)) throw new ExperimentException($"{folder}: there is no such folder");
        var files = Directory.GetFiles(folder, $"*.{extension}").Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : throw new ExperimentException($"{folder} has no .{extension} files");
    }
}
