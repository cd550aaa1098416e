using Pole.Runner.Formats;
using Spectre.Console;

namespace Pole.Runner.Specs;

/// <summary>Experiments as a tree of folders and sweeps, for <c>pole list</c>.</summary>
internal static class ExperimentTree
{
    /// <summary>The list as a file or pipe gets it.</summary>
    public static string Plain(IReadOnlyList<ListedExperiment> experiments) => Terminal.Plain(Draw(experiments));

    public static Tree Draw(IReadOnlyList<ListedExperiment> experiments)
    {
        var tree = new Tree($"{experiments.Count} experiments");
        var nodes = new Dictionary<string, IHasTreeNodes>(StringComparer.Ordinal) { [""] = tree };
        foreach (var experiment in experiments)
        {
            var parts = experiment.Name.Split('/');
            var folder = Enumerable.Range(1, parts.Length - 1).Aggregate("", (parent, depth) => Folder(nodes, parent, string.Join('/', parts.Take(depth)), experiment));
            nodes[folder].AddNode($"{TerminalText.Cell(parts[^1])}  [grey]{experiment.Fingerprint[..12]}  {(experiment.Sweep is null ? TerminalText.Cell(experiment.Description) : "")}[/]");
        }

        return tree;
    }

    private static string Folder(Dictionary<string, IHasTreeNodes> nodes, string parent, string path, ListedExperiment experiment)
    {
        if (!nodes.ContainsKey(path))
            nodes[path] = nodes[parent].AddNode($"[bold]{TerminalText.Cell(path[(path.LastIndexOf('/') + 1)..])}[/]{(experiment.Sweep == path ? $"  [grey]sweep  {TerminalText.Cell(experiment.Description)}[/]" : "")}");
        return path;
    }
}
