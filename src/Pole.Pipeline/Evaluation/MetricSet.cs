using System.Text.Json;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Stages;

namespace Pole.Pipeline.Evaluation;

/// <summary>What an experiment measures label maps by besides the IoU.</summary>
/// <param name="labels">Background and the classes.</param>
internal sealed class MetricSet(IReadOnlyList<string> labels, IReadOnlyList<(string Name, Metric Metric)> metrics)
{
    /// <summary>Background and the classes.</summary>
    public int Labels => labels.Count;

    public IReadOnlyList<(string Name, Metric Metric)> All => metrics;

    public static MetricSet Of(StageRun run)
    {
        IReadOnlyList<string> labels = ["background", .. run.Dataset.Classes];
        return new MetricSet(labels, [.. (run.Spec.Read(SpecValues.Metrics) ?? []).Select(options => (MetricName.Of(options), options.Create(labels, run.Modules)))]);
    }

    /// <summary>Null, which JSON can hold, where a metric is not defined.</summary>
    /// <param name="blocks">Each with what <see cref="MetricCounts.Write"/> left.</param>
    public IReadOnlyDictionary<string, double?> Values(DoneBlocks blocks, string file)
    {
        var sums = new MetricCounts(this);
        foreach (var part in blocks.Files(file)) sums.Add(part);
        return sums.Values();
    }
}

/// <summary>Sums of what images add to each metric.</summary>
internal sealed class MetricCounts(MetricSet metrics)
{
    private readonly Dictionary<string, long[]> sums = new(StringComparer.Ordinal);

    public void Add(LabelMap truth, LabelMap prediction)
    {
        foreach (var (name, metric) in metrics.All) Add(name, metric.Count(truth, prediction));
    }

    /// <summary>Adds what <see cref="Write"/> left.</summary>
    public void Add(string path)
    {
        var added = InputFile.Read(path, "counts of metrics", "run the stage again", () => JsonSerializer.Deserialize<Dictionary<string, long[]>>(File.ReadAllText(path)) ?? throw new InvalidDataException("it is null"));
        foreach (var (name, counts) in added) Add(name, counts);
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(sums));

    public IReadOnlyDictionary<string, double?> Values() => metrics.All.ToDictionary(entry => entry.Name, entry => sums.TryGetValue(entry.Name, out var counts) && entry.Metric.Value(counts) is var value && double.IsFinite(value) ? value : (double?)null, StringComparer.Ordinal);

    private void Add(string name, IReadOnlyList<long> counts)
    {
        if (!sums.TryGetValue(name, out var sum)) sums[name] = sum = new long[counts.Count];
        if (counts.Count != sum.Length) throw new ExperimentException($"the metric '{name}' counted {sum.Length} numbers of one image and {counts.Count} of another: they cannot be summed");
        for (var index = 0; index < sum.Length; index++) sum[index] += counts[index];
    }
}
