namespace Pole.Pipeline.External;

/// <summary>The files of one kind in a folder that someone gives, by the id of their image: the path below the folder, without extension.</summary>
public static class InputFiles
{
    /// <param name="extension">Without dot; upper and lower case are the same. Hidden files and folders are left out.</param>
    /// <returns>Paths by id, in the order of the ids.</returns>
    /// <exception cref="ExperimentException">There is no such folder, no such file in it, or two that differ only in the extension's case.</exception>
    public static IReadOnlyDictionary<string, string> In(string folder, string extension)
    {
        if (!Directory.Exists(folder)) throw new ExperimentException($"{folder}: there is no such folder");
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in InputFile.Read(folder, $"a folder of .{extension} files", "make it readable", () => FileTree.Files(folder).ToList()).Where(name => IsOf(name, extension)).Order(StringComparer.Ordinal))
            if (!files.TryAdd(name[..^(extension.Length + 1)], Path.Combine(folder, name)))
                throw new ExperimentException($"{folder} has {Path.GetRelativePath(folder, files[name[..^(extension.Length + 1)]])} and {name} of one image; remove one");
        return files.Count > 0 ? files : throw new ExperimentException($"{folder} has no .{extension} files");
    }

    // macOS writes ._NAME beside files on other file systems.
    private static bool IsOf(string name, string extension) => !name.Split('/').Any(part => part.StartsWith('.')) && name.EndsWith($".{extension}", StringComparison.OrdinalIgnoreCase);
}
