using System.Reflection;
using Pole.Runner.Specs;

namespace Pole.Runner.Building;

/// <summary>
/// What commands show of a build's experiments in a file of its folder, so that they need not make them: all in a list, and each resolved. Written once the build is found good;
/// stamped with the hash of the build's files and the identity of its program, and ignored where these are others.
/// </summary>
internal static class ExperimentIndex
{
    public const string FileName = ".experiments";

    /// <param name="build">The one that this process runs from.</param>
    public static void Write(IReadOnlyList<Experiment> experiments, BuildFolder build) => AtomicFile.Write(PathIn(build), path =>
    {
        var (listed, resolved) = (experiments.Select(ListedExperiment.Of).ToList(), new ResolvedExperimentWriter());
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(StampOf(build));
        writer.Write(ExperimentTree.Plain(listed));
        writer.Write(experiments.Count);
        foreach (var (index, (name, sweep, fingerprint, description)) in listed.Index())
        {
            foreach (var text in new[] { name, sweep ?? "", fingerprint, description }) writer.Write(text);
            writer.Write(resolved.Add(ResolvedExperiment.Of(experiments[index])));
        }

        resolved.WriteTo(writer);
    });

    /// <returns>Null where there is none of this build.</returns>
    /// <inheritdoc cref="Write"/>
    public static IReadOnlyList<ListedExperiment>? Read(BuildFolder build)
    {
        if (Open(build) is not { } reader) return null;
        reader.ReadString();
        var experiments = new ListedExperiment[reader.ReadInt32()];
        for (var index = 0; index < experiments.Length; index++) (experiments[index], _) = Next(reader);
        return experiments;
    }

    /// <summary>The list as a file or pipe gets it.</summary>
    /// <inheritdoc cref="Read"/>
    public static string? ReadList(BuildFolder build) => Open(build)?.ReadString();

    /// <returns>Null where there is none of this build, or no such experiment.</returns>
    /// <inheritdoc cref="Write"/>
    public static ResolvedExperiment? Find(string name, BuildFolder build)
    {
        if (Open(build) is not { } reader) return null;
        reader.ReadString();
        ListedExperiment? found = null;
        var place = 0;
        for (var left = reader.ReadInt32(); left > 0; left--)
            if (Next(reader) is var (experiment, resolved) && experiment.Name == name) (found, place) = (experiment, resolved);
        return found is null ? null : new ResolvedExperimentReader(reader).Read(found, place);
    }

    private static (ListedExperiment Listed, int Resolved) Next(BinaryReader reader)
    {
        var (name, sweep) = (reader.ReadString(), reader.ReadString());
        return (new ListedExperiment(name, sweep.Length == 0 ? null : sweep, reader.ReadString(), reader.ReadString()), reader.ReadInt32());
    }

    private static BinaryReader? Open(BuildFolder build)
    {
        if (!File.Exists(PathIn(build))) return null;
        var reader = new BinaryReader(new MemoryStream(File.ReadAllBytes(PathIn(build))));
        return reader.ReadString() == StampOf(build) ? reader : null;
    }

    private static string PathIn(BuildFolder build) => Path.Combine(build.Path, FileName);

    private static string StampOf(BuildFolder build) => $"{build.Name} {Assembly.GetEntryAssembly()!.ManifestModule.ModuleVersionId}";
}
