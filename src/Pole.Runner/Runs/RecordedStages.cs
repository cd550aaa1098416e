using Pole.Runner.Comparing;

namespace Pole.Runner.Runs;

/// <summary>The stages of every run in a folder that ended: which experiments have a stored result, and how long it took to make it.</summary>
internal sealed class RecordedStages
{
    private readonly Dictionary<string, RunRecord> latest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> seconds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> experiments = new(StringComparer.Ordinal);

    /// <param name="runs">Folder of runs; it need not be there. A run whose record is damaged is left out.</param>
    public RecordedStages(string runs)
    {
        if (!Directory.Exists(runs)) return;
        foreach (var file in Directory.EnumerateFiles(runs, RunRecord.FileName, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            if (Read(file) is { } record) Add(record);
    }

    /// <summary>Experiments that the result of a key was made or used by, in their order.</summary>
    public IReadOnlyCollection<string> ExperimentsOf(string key) => experiments.GetValueOrDefault(key) ?? [];

    /// <summary>What the stages of an experiment took when they were last computed, by key; those that no run here has computed are left out.</summary>
    public IReadOnlyDictionary<string, double> SecondsOf(string experiment, IReadOnlyList<string> stages) => latest.GetValueOrDefault(experiment) is not { } record ? new Dictionary<string, double>()
        : record.Stages.Where(stage => stages.Contains(stage.Stage) && seconds.ContainsKey(stage.Key)).DistinctBy(stage => stage.Key).ToDictionary(stage => stage.Key, stage => seconds[stage.Key], StringComparer.Ordinal);

    private void Add(RunRecord record)
    {
        if (latest.GetValueOrDefault(record.Experiment) is not { } other || other.Ended <= record.Ended) latest[record.Experiment] = record;
        foreach (var stage in record.Stages)
        {
            if (!stage.Stored) seconds[stage.Key] = stage.Seconds;
            if (!experiments.TryGetValue(stage.Key, out var names)) experiments[stage.Key] = names = new(StringComparer.Ordinal);
            names.Add(record.Experiment);
        }
    }

    private static RunRecord? Read(string file)
    {
        try
        {
            return RunRecord.Read(Path.GetDirectoryName(file)!);
        }
        catch (ExperimentException)
        {
            // compare and the commands that take this run say so.
            return null;
        }
    }
}
