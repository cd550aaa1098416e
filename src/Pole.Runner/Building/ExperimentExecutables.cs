using System.Reflection;

namespace Pole.Runner.Building;

/// <summary>The executables of an output folder, the program's own and one per experiment: copies of one app host under different names, which start the same assembly.</summary>
internal static class ExperimentExecutables
{
    private const string Prefix = "pole-", RetiredEnding = ".retired";

    /// <param name="appHost">Starts the assembly from where an executable of the folder lies.</param>
    public static void Write(IReadOnlyList<Experiment> experiments, string folder, string appHost)
    {
        var extension = OperatingSystem.IsWindows() ? ".exe" : "";
        var program = Path.Combine(folder, Assembly.GetEntryAssembly()!.GetName().Name + extension);
        var wanted = experiments.Select(experiment => Path.Combine(folder, experiment.ExecutableName + extension)).Append(program).ToHashSet(StringComparer.Ordinal);
        foreach (var stale in Directory.EnumerateFiles(folder, $"{Prefix}*").Where(file => !wanted.Contains(file))) Remove(stale);
        var source = new FileInfo(appHost);
        foreach (var target in wanted)
        {
            var existing = new FileInfo(target);
            if (existing.Exists && existing.Length == source.Length && existing.LastWriteTimeUtc == source.LastWriteTimeUtc) continue;
            AtomicFile.Write(target, path =>
            {
                File.Copy(appHost, path, overwrite: true);
                File.SetLastWriteTimeUtc(path, source.LastWriteTimeUtc);
                if (OperatingSystem.IsWindows() && existing.Exists) Remove(target);
            });
        }
    }

    /// <summary>Windows neither deletes nor overwrites an executable that runs, but renames it: it goes with a later build.</summary>
    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (UnauthorizedAccessException) when (OperatingSystem.IsWindows())
        {
            if (!file.EndsWith(RetiredEnding, StringComparison.Ordinal)) File.Move(file, Path.Combine(Path.GetDirectoryName(file)!, $"{Prefix}{Guid.NewGuid():n}{RetiredEnding}"));
        }
    }
}
