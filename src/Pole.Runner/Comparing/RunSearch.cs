using System.IO.Enumeration;
using Pole.Runner.Runs;

namespace Pole.Runner.Comparing;

/// <summary>Finds ended runs by experiment, sweep, pattern or folder.</summary>
/// <param name="root">Folder of runs.</param>
internal sealed class RunSearch(string root, ExperimentSet experiments)
{
    /// <param name="name">An experiment or a sweep of this build, a pattern (<c>shapes/seeds/*</c>), or the folder of a run.</param>
    /// <exception cref="ExperimentException">It is none, or an experiment has no run that ended.</exception>
    public IReadOnlyList<StoredRun> Find(string name)
    {
        if (File.Exists(Path.Combine(name, RunRecord.FileName))) return [new StoredRun(name, RunRecord.Read(name))];
        var names = experiments.Names.Where(experiment => experiment == name || experiment.StartsWith($"{name}/", StringComparison.Ordinal) && experiments.Sweeps.Contains(name) || FileSystemName.MatchesSimpleExpression(name, experiment, ignoreCase: false)).ToList();
        if (names.Count == 0) throw new ExperimentException($"'{name}' is no experiment, sweep or pattern of experiments, and no folder of a run that ended; pole list shows those of this build");
        return [.. names.Select(experiment => Latest(experiments.Find(experiment)))];
    }

    private StoredRun Latest(Experiment experiment) =>
        Ended(experiment) ?? throw new ExperimentException($"{experiment.Name} has no run in {root} that ended: run it first (pole run {experiment.Name}); stages that are stored cost it nothing");

    /// <summary>The latest run of an experiment that ended; null where there is none.</summary>
    /// <exception cref="ExperimentException">Its record is damaged.</exception>
    public StoredRun? Ended(Experiment experiment)
    {
        var parent = RunFolder.ParentOf(root, experiment);
        var folder = !Directory.Exists(parent) ? null : Directory.GetDirectories(parent).Where(run => File.Exists(Path.Combine(run, RunRecord.FileName))).Max(StringComparer.Ordinal);
        return folder is null ? null : new StoredRun(folder, RunRecord.Read(folder));
    }
}
