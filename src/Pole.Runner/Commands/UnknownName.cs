using Pole.Specs.Diagnostics;

namespace Pole.Runner.Commands;

/// <summary>What to say to a name of a command line that no experiment or sweep has.</summary>
internal static class UnknownName
{
    private const string SpecExtension = ".yaml";

    /// <param name="name">Not the name of an experiment.</param>
    public static string OfExperiment(string name, ExperimentSet experiments)
    {
        if (experiments.Sweeps.Contains(name)) return $"'{name}' is a sweep: pole sweep {name} runs its points; pole run takes one of them, such as {experiments.FirstPointOf(name)}";
        return $"there is no experiment '{name}'{Hint(name, [.. experiments.Names, .. experiments.Sweeps])}";
    }

    /// <param name="name">Not the name of a sweep, and no pattern of one.</param>
    public static string OfSweep(string name, ExperimentSet experiments) => experiments.Has(name)
        ? $"'{name}' is one experiment, not a sweep: pole run {name}"
        : $"there is no sweep '{name}'{(experiments.Sweeps.Count == 0 ? ": no spec of this build has one" : Hint(name, experiments.Sweeps))}";

    /// <summary>A folder that is right says nothing about the rest of the name.</summary>
    private static string? Near(string name, IReadOnlyList<string> known)
    {
        var (near, folder) = (Nearest.Of(name, known), name.LastIndexOf('/') + 1);
        return near is not null && folder > 0 && near.StartsWith(name[..folder], StringComparison.Ordinal) && Nearest.Of(name[folder..], [near[folder..]]) is null ? null : near;
    }

    /// <summary>A file's name is what people type who have just written it, and the last part of a name what they remember.</summary>
    private static string Hint(string name, IReadOnlyList<string> known)
    {
        var own = name.EndsWith(SpecExtension, StringComparison.Ordinal) ? name[..^SpecExtension.Length] : name;
        var meant = known.Where(other => own.EndsWith($"/{other}", StringComparison.Ordinal)).MaxBy(other => other.Length) ?? known.Where(other => other.EndsWith($"/{own}", StringComparison.Ordinal)).MinBy(other => other.Length) ?? Near(own, known);
        return meant is null ? "; pole list shows those of this build" : $"; did you mean '{meant}'?";
    }
}
