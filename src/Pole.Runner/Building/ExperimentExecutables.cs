namespace Pole.Runner.Building;

/// <summary>One executable per experiment: copies of the app host under another name, which start the same assembly.</summary>
internal static class ExperimentExecutables
{
    private const string Prefix = "pole-";

    /// <param name="appHost">The project's own executable.</param>
    public static void Write(IReadOnlyList<Experiment> experiments, string folder, string appHost)
    {
        var extension = Path.GetExtension(appHost) is ".exe" ? ".exe" : "";
        var wanted = experiments.Select(experiment => Path.Combine(folder, experiment.ExecutableName + extension)).ToHashSet(StringComparer.Ordinal);
        foreach (var stale in Directory.EnumerateFiles(folder, $"{Prefix}*").Where(file => !wanted.Contains(file))) File.Delete(stale);
        var source = new FileInfo(appHost);
        foreach (var target in wanted)
        {
            var existing = new FileInfo(target);
            if (existing.Exists && existing.Length == source.Length && existing.LastWriteTimeUtc == source.LastWriteTimeUtc) continue;
            File.Copy(appHost, target, overwrite: true);
            File.SetLastWriteTimeUtc(target, source.LastWriteTimeUtc);
        }
    }
}
