using System.CommandLine;
using Pole.Runner.Building;
using Pole.Runner.Formats;
using Pole.Runner.Specs;

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
            else Terminal.Console.Write(ExperimentTree.Draw(experiments.Listed));
            return ExitCodes.Success;
        });
        return command;
    }
}
