using System.CommandLine;
using Spectre.Console;

namespace Pole.Runner.Commands;

/// <summary><c>pole list</c>: the compiled experiments.</summary>
internal static class ListCommand
{
    public static Command Create(IReadOnlyList<Experiment> experiments)
    {
        var command = new Command("list", "List the experiments with fingerprint and description.");
        command.SetAction(_ =>
        {
            var table = new Table().Border(TableBorder.None).AddColumns("experiment", "fingerprint", "description");
            foreach (var experiment in experiments) table.AddRow(experiment.Name, experiment.Fingerprint[..12], Markup.Escape(experiment.Description));
            AnsiConsole.Write(table);
            return ExitCodes.Success;
        });
        return command;
    }
}
