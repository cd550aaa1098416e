using System.Text.Json.Serialization;
using Pole.Pipeline.Stages;

namespace Pole.Runner.Specs;

/// <summary>A value that two resolved specs do not share; null where one does not have it.</summary>
internal sealed record ValueChange(string Path, string? Before, string? After, SpecOrigin? BeforeOrigin, SpecOrigin? AfterOrigin);

/// <summary>What differs between two experiments after resolution.</summary>
/// <param name="Stages">Those whose results are no longer the same, in the order of the chain.</param>
internal sealed record SpecDifference(string Experiment, IReadOnlyList<ValueChange> Changes, IReadOnlyList<string> Stages)
{
    /// <summary>The sweep that the experiment is a point of; null for a plain one.</summary>
    public string? Sweep { get; init; }

    /// <summary>Seconds that the results that are no longer the same took when they were computed, by key, where a run has it on record.</summary>
    [JsonIgnore] public IReadOnlyDictionary<string, double> Costs { get; init; } = new Dictionary<string, double>();

    public static SpecDifference Between(Experiment before, Experiment after) => Between(ResolvedExperiment.Of(before), ResolvedExperiment.Of(after));

    public static SpecDifference Between(ResolvedExperiment before, ResolvedExperiment after)
    {
        var (old, young) = (before.Values, after.Values);
        // Another corpus or another number of names says already that the names are others.
        var otherNames = new[] { "prompt.corpus", "prompt.synonyms" }.Any(path => old.GetValueOrDefault(path)?.Value != young.GetValueOrDefault(path)?.Value);
        var paths = young.Keys.Concat(old.Keys.Where(path => !young.ContainsKey(path)))
            .Where(path => old.GetValueOrDefault(path)?.Value != young.GetValueOrDefault(path)?.Value && !(otherNames && path.StartsWith("prompt.corpus.", StringComparison.Ordinal))).ToList();
        var changes = paths.Select(path => new ValueChange(path, old.GetValueOrDefault(path)?.Value, young.GetValueOrDefault(path)?.Value, old.GetValueOrDefault(path)?.Origin, young.GetValueOrDefault(path)?.Origin)).ToList();
        return new SpecDifference(after.Name, changes, StageSpecKey.Affected(before.Stages, after.Stages)) { Sweep = after.Sweep };
    }
}

/// <summary>One result under two names.</summary>
internal sealed record SpecRename(string Before, string After);

/// <summary>What differs between two sets of experiments.</summary>
/// <param name="Renamed">Experiments of another name with the same result.</param>
internal sealed record SpecSetDifference(IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<SpecRename> Renamed, IReadOnlyList<SpecDifference> Changed)
{
    public bool IsEmpty => Added.Count + Removed.Count + Renamed.Count + Changed.Count == 0;

    public static SpecSetDifference Between(IReadOnlyList<Experiment> before, IReadOnlyList<Experiment> after)
    {
        var (old, young) = (before.ToDictionary(experiment => experiment.Name, StringComparer.Ordinal), after.ToDictionary(experiment => experiment.Name, StringComparer.Ordinal));
        var (added, removed) = (young.Keys.Where(name => !old.ContainsKey(name)).ToList(), old.Keys.Where(name => !young.ContainsKey(name)).ToList());
        var renamed = new List<SpecRename>();
        foreach (var name in added)
            if (removed.FirstOrDefault(gone => old[gone].Fingerprint == young[name].Fingerprint && renamed.All(pair => pair.Before != gone)) is { } former) renamed.Add(new SpecRename(former, name));
        return new SpecSetDifference([.. added.Except(renamed.Select(pair => pair.After))], [.. removed.Except(renamed.Select(pair => pair.Before))], renamed,
            [.. after.Where(experiment => old.ContainsKey(experiment.Name)).Select(experiment => SpecDifference.Between(old[experiment.Name], experiment)).Where(difference => difference.Changes.Count > 0)]);
    }
}
