using System.Diagnostics;
using System.Formats.Tar;

namespace Pole.Runner.Specs;

/// <summary>The specs of a git revision.</summary>
internal static class GitSpecs
{
    /// <param name="specsFolder">In a git working tree.</param>
    /// <returns>Text by path below the folder.</returns>
    /// <exception cref="ExperimentException">There is no git, no repository or no such revision.</exception>
    public static IReadOnlyDictionary<string, string> Read(string specsFolder, string revision)
    {
        if (revision.StartsWith('-')) throw new ExperimentException($"'{revision}' is no git revision");
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var start = new ProcessStartInfo("git", ["-C", specsFolder, "archive", "--format=tar", revision, "."]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var git = Process.Start(start)!;
            var error = git.StandardError.ReadToEndAsync();
            using var content = new MemoryStream();
            git.StandardOutput.BaseStream.CopyTo(content);
            git.WaitForExit();
            if (git.ExitCode != 0) throw new ExperimentException($"git cannot read the specs of '{revision}' in {specsFolder}: {error.Result.Trim()}");
            content.Position = 0;
            using var archive = new TarReader(content);
            while (archive.GetNextEntry() is { } entry)
            {
                var path = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || !MayMatter(path)) continue;
                using var bytes = new MemoryStream();
                entry.DataStream?.CopyTo(bytes);
                files[path] = bytes.ToArray();
            }
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new ExperimentException($"git cannot be started: {exception.Message}; it is needed for specs of another time", exception);
        }

        return SpecFiles.Among(files.Keys).ToDictionary(path => path, path => TextFile.Decode($"{revision}: {path}", files[path]), StringComparer.Ordinal);
    }

    private static bool MayMatter(string path) => SpecFiles.IsSpec(path) || Path.GetFileName(path) == SpecFiles.NoSpecsFile;
}
