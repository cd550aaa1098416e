using System.Reflection;

namespace Pole.Runner.Building;

/// <summary>What <c>pole list</c> shows of an experiment.</summary>
internal sealed record ListedExperiment(string Name, string? Sweep, string Fingerprint, string Description)
{
    public static ListedExperiment Of(Experiment experiment) => new(experiment.Name, experiment.Sweep, experiment.Fingerprint, experiment.Description);
}

/// <summary>
/// Names, fingerprints and descriptions of a build's experiments in a file of its folder: a command that lists them need not make them. Written once the build is found good;
/// stamped with the hash of the build's files and the identity of its program, and ignored where these are others.
/// </summary>
internal static class ExperimentIndex
{
    public const string FileName = ".experiments";

    /// <param name="build">The one that this process runs from.</param>
    public static void Write(IReadOnlyList<Experiment> experiments, BuildFolder build) => AtomicFile.Write(PathIn(build), path =>
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(StampOf(build));
        writer.Write(experiments.Count);
        foreach (var listed in experiments.Select(ListedExperiment.Of))
            foreach (var text in new[] { listed.Name, listed.Sweep ?? "", listed.Fingerprint, listed.Description }) writer.Write(text);
    });

    /// <returns>Null where there is none of this build.</returns>
    /// <inheritdoc cref="Write"/>
    public static IReadOnlyList<ListedExperiment>? Read(BuildFolder build)
    {
        if (!File.Exists(PathIn(build))) return null;
        using var reader = new BinaryReader(File.OpenRead(PathIn(build)));
        if (reader.ReadString() != StampOf(build)) return null;
        var experiments = new ListedExperiment[reader.ReadInt32()];
        for (var index = 0; index < experiments.Length; index++)
        {
            var (name, sweep) = (reader.ReadString(), reader.ReadString());
            experiments[index] = new ListedExperiment(name, sweep.Length == 0 ? null : sweep, reader.ReadString(), reader.ReadString());
        }

        return experiments;
    }

    private static string PathIn(BuildFolder build) => Path.Combine(build.Path, FileName);

    private static string StampOf(BuildFolder build) => $"{build.Name} {Assembly.GetEntryAssembly()!.ManifestModule.ModuleVersionId}";
}
