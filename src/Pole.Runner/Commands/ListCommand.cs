using System.CommandLine;
using Pole.Runner.Building;
using Pole.Runner.Formats;
using Spectre.Console;

namespace Pole.Runner.Commands;

/// <summary><c>pole list</c>: the compiled experiments, as a tree of folders and sweeps.</summary>
internal static class ListCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var plain = new Option<bool>("--names") { Description = "Names only, one a line." };
        var command = new Command("list", "List the experiments with fingerprint and description.") { plain };
        command.SetAction(parsed =>
        {
            if (!experiments.Names.Any()) Console.Error.WriteLine("there is no experiment yet: write a spec, or let 'pole data init DIR' write the first ones for a folder of images, and build");
            else if (parsed.GetValue(plain)) Console.WriteLine(string.Join(Environment.NewLine, experiments.Names));
            else if (Terminal.IsPlain && BuildFolder.Running is { } build && ExperimentIndex.ReadList(build) is { } list) Console.Write(list);
            else Terminal.Console.Write(Draw(experiments.Listed));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>The list as a file or pipe gets it.</summary>
    public static string Plain(IReadOnlyList<ListedExperiment> experiments) => Terminal.Plain(Draw(experiments));

    private static Tree Draw(IReadOnlyList<ListedExperiment> experiments)
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
