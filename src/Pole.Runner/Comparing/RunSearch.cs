using System.IO.Enumeration;
using Pole.Runner.Runs;

namespace Pole.Runner.Comparing;

/// <summary>Finds ended runs by experiment, sweep, pattern or folder.</summary>
/// <param name="root">Folder of runs.</param>
internal sealed class RunSearch(string root, ExperimentSet experiments)
{
    private readonly SortedSet<string> missing = new(StringComparer.Ordinal);

    /// <summary>What a warning says of the points of sweeps and patterns that have no run that ended, once something was found; null for none.</summary>
    public string? Warning => missing.Count == 0 ? null : $"left out, since {(missing.Count == 1 ? "it has" : "they have")} no run in {root} that ended: {Enumerated(missing)}";

    /// <param name="name">An experiment or a sweep of this build, a pattern (<c>shapes/seeds/*</c>), or the folder of a run.</param>
    /// <returns>One run of the experiment; of a sweep or a pattern the runs that there are, at least one.</returns>
    /// <exception cref="ExperimentException">It is none, or has no run that ended.</exception>
    public IReadOnlyList<StoredRun> Find(string name)
    {
        if (File.Exists(Path.Combine(name, RunRecord.FileName))) return [new StoredRun(name, RunRecord.Read(name))];
        var isSweep = experiments.Sweeps.Contains(name);
        var names = experiments.Names.Where(experiment => experiment == name || isSweep && experiment.StartsWith($"{name}/", StringComparison.Ordinal) || FileSystemName.MatchesSimpleExpression(name, experiment, ignoreCase: false)).ToList();
        if (names.Count == 0) throw new ExperimentException($"'{name}' is no experiment, sweep or pattern of experiments, and no folder of a run that ended; pole list shows those of this build");
        if (names is [var only]) return [Latest(experiments.Find(only))];
        var ended = names.Select(experiment => (Name: experiment, Run: Ended(experiments.Find(experiment)))).ToList();
        List<string> absent = [.. ended.Where(entry => entry.Run is null).Select(entry => entry.Name)];
        if (absent.Count == names.Count) throw new ExperimentException($"none of the {names.Count} experiments of '{name}' has a run in {root} that ended: run them first ({(isSweep ? $"pole sweep {name}" : $"pole run {names[0]}, …")}); stored stages are reused");
        missing.UnionWith(absent);
        return [.. ended.Select(entry => entry.Run).OfType<StoredRun>()];
    }

    private StoredRun Latest(Experiment experiment) =>
        Ended(experiment) ?? throw new ExperimentException($"{experiment.Name} has no run in {root} that ended: run it first (pole run {experiment.Name}); stored stages are reused{(HasFormer(experiment) ? "; for one of an earlier version of its spec, name its folder" : "")}");

    private bool HasFormer(Experiment experiment)
    {
        var folder = Path.GetDirectoryName(RunFolder.ParentOf(root, experiment))!;
        return Directory.Exists(folder) && Directory.GetDirectories(folder).SelectMany(Directory.GetDirectories).Any(run => File.Exists(Path.Combine(run, RunRecord.FileName)));
    }

    private static string Enumerated(IReadOnlyCollection<string> names)
    {
        const int shown = 6;
        return string.Join(", ", names.Take(shown)) + (names.Count > shown ? $" and {names.Count - shown} more" : "");
    }

    /// <summary>The latest run of an experiment that ended; null where there is none.</summary>
    /// <exception cref="ExperimentException">Its record is damaged.</exception>
    public StoredRun? Ended(Experiment experiment)
    {
        var parent = RunFolder.ParentOf(root, experiment);
        var folder = !Directory.Exists(parent) ? null : Directory.GetDirectories(parent).Where(run => File.Exists(Path.Combine(run, RunRecord.FileName))).Max(StringComparer.Ordinal);
        return folder is null ? null : new StoredRun(folder, RunRecord.Read(folder));
    }
}
