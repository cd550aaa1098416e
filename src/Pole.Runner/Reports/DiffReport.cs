using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pole.Runner.Specs;

namespace Pole.Runner.Reports;

/// <summary>Differences between specs for a terminal, a pull request and a bot. Experiments that change alike stand together.</summary>
internal static class DiffReport
{
    public static string Text(SpecSetDifference difference)
    {
        if (difference.IsEmpty) return "nothing differs\n";
        var text = new StringBuilder();
        foreach (var name in difference.Added) text.Append($"+ {name}\n");
        foreach (var name in difference.Removed) text.Append($"- {name}\n");
        foreach (var (before, after) in difference.Renamed) text.Append($"{before} is called {after} now\n");
        foreach (var group in Alike(difference))
        {
            text.Append($"{string.Join(", ", group.Experiments)}\n");
            foreach (var change in group.Changes) text.Append($"    {change.Path}: {change.Before ?? "not given"} → {change.After ?? "not given"}{Places(change)}\n");
            text.Append($"    to compute again: {Stages(group.Stages, group.Costs)}\n");
        }

        return text.ToString();
    }

    public static string Markdown(SpecSetDifference difference)
    {
        if (difference.IsEmpty) return "No experiment changes.\n";
        var text = new StringBuilder($"**{difference.Changed.Count} experiments change, {difference.Added.Count} are new, {difference.Removed.Count} are gone, {difference.Renamed.Count} are renamed.**\n");
        foreach (var group in Alike(difference))
        {
            text.Append($"\n{string.Join(", ", group.Experiments.Select(name => $"`{name}`"))}\n\n| key | before | after | where |\n|---|---|---|---|\n");
            foreach (var change in group.Changes) text.Append($"| `{change.Path}` | {Cell(change.Before)} | {Cell(change.After)} | {(change.AfterOrigin is { } origin ? $"{origin.File}:{origin.Line}" : "default")} |\n");
            text.Append($"\nTo compute again: {Stages(group.Stages, group.Costs)}.\n");
        }

        if (difference.Renamed.Count > 0) text.Append($"\nRenamed: {string.Join(", ", difference.Renamed.Select(pair => $"`{pair.Before}` → `{pair.After}`"))}\n");
        if (difference.Added.Count > 0) text.Append($"\nNew: {string.Join(", ", difference.Added.Select(name => $"`{name}`"))}\n");
        if (difference.Removed.Count > 0) text.Append($"\nGone: {string.Join(", ", difference.Removed.Select(name => $"`{name}`"))}\n");
        return text.ToString();
    }

    public static string Json(SpecSetDifference difference) => JsonSerializer.Serialize(difference, new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";

    private static IEnumerable<AlikeExperiments> Alike(SpecSetDifference difference) =>
        difference.Changed.GroupBy(changed => string.Join('\n', changed.Changes) + string.Join(' ', changed.Stages))
            .Select(group => new AlikeExperiments(Names(group), group.First().Changes, group.First().Stages, CostsOf(group)));

    /// <summary>The points of a sweep are one name.</summary>
    private static IReadOnlyList<string> Names(IEnumerable<SpecDifference> alike) =>
        [.. alike.GroupBy(changed => changed.Sweep ?? changed.Experiment).Select(group => group.First().Sweep is { } sweep ? $"{sweep} ({group.Count()} points)" : group.Key)];

    private static string Places(ValueChange change) => (change.BeforeOrigin, change.AfterOrigin) switch
    {
        (null, null) => "",
        var (before, after) when before?.File == after?.File => $"  ({after!.File}:{after.Line})",
        var (before, after) => $"  ({Place(before)} → {Place(after)})",
    };

    private static string Place(SpecOrigin? origin) => origin is null ? "default" : $"{origin.File}:{origin.Line}";

    /// <summary>Experiments that share a result pay for it once.</summary>
    private static IReadOnlyDictionary<string, double> CostsOf(IEnumerable<SpecDifference> alike)
    {
        var costs = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var changed in alike)
        foreach (var (key, seconds) in changed.Costs) costs.TryAdd(key, seconds);
        return costs;
    }

    private static string Stages(IReadOnlyList<string> stages, IReadOnlyDictionary<string, double> costs) => stages.Count == 0 ? "nothing" : string.Join(", ", stages) + (costs.Count == 0 ? "" : $" ({Duration(TimeSpan.FromSeconds(costs.Values.Sum()))} in the last runs)");

    private static string Duration(TimeSpan time) => time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:f1} h") : time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:f0} min") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:f0} s");

    private static string Cell(string? value) => value is null ? "–" : $"`{value.Replace("|", "\\|", StringComparison.Ordinal)}`";

    /// <summary>Experiments that change alike. No tuple, and costs without LINQ over pairs: generic types of other libraries over value types are compiled at the start (StartTests).</summary>
    private sealed record AlikeExperiments(IReadOnlyList<string> Experiments, IReadOnlyList<ValueChange> Changes, IReadOnlyList<string> Stages, IReadOnlyDictionary<string, double> Costs);
}
