namespace Pole;

/// <summary>The files below a folder, those behind links too.</summary>
public static class FileTree
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private static readonly EnumerationOptions Readable = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    /// <summary>Every file, hidden ones too. A link to a folder that the link itself stands in is not followed: it would lead around without end.</summary>
    /// <param name="skipInaccessible">Leaves out folders that may not be read, instead of an error.</param>
    /// <returns>Paths below the folder, with slashes, in no order.</returns>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    /// <exception cref="ExperimentException">A folder may not be read; names it.</exception>
    public static IEnumerable<string> Files(string folder, bool skipInaccessible = false) => Below(new DirectoryInfo(Path.GetFullPath(folder)), "", [RealPath(new DirectoryInfo(Path.GetFullPath(folder)), "")], skipInaccessible ? Readable : Everything);

    /// <param name="chain">The folders that lead here, without links.</param>
    private static IEnumerable<string> Below(DirectoryInfo folder, string prefix, IReadOnlyList<string> chain, EnumerationOptions options)
    {
        foreach (var entry in Entries(folder, options))
        {
            if (entry is not DirectoryInfo inner)
            {
                yield return prefix + entry.Name;
                continue;
            }

            var real = RealPath(inner, chain[^1]);
            if (chain.Contains(real)) continue;
            foreach (var path in Below(inner, $"{prefix}{entry.Name}/", [.. chain, real], options)) yield return path;
        }
    }

    /// <exception cref="ExperimentException">The folder may not be read.</exception>
    private static List<FileSystemInfo> Entries(DirectoryInfo folder, EnumerationOptions options)
    {
        try
        {
            return [.. folder.EnumerateFileSystemInfos("*", options)];
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ExperimentException($"{folder.FullName}: the folder may not be read; give permission, or name another", exception);
        }
    }

    private static string RealPath(DirectoryInfo folder, string parent) => folder.LinkTarget is null ? Path.Combine(parent.Length > 0 ? parent : folder.Parent?.FullName ?? "", folder.Name) : folder.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
}
