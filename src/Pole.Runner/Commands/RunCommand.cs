using System.CommandLine;
using Pole.Pipeline;
using Pole.Runner.Progress;
using Pole.Runner.Reports;
using Spectre.Console;

namespace Pole.Runner.Commands;

/// <summary><c>pole run EXPERIMENT</c>: the experiment and those that it compares with, then the table.</summary>
internal static class RunCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var name = ExperimentArgument.Create(experiments);
        var command = new Command("run", "Run an experiment and print its scores.") { name };
        Complete(command, experiments, parsed => ExperimentArgument.Find(experiments, parsed.GetRequiredValue(name)));
        return command;
    }

    public static RootCommand CreateFor(Experiment experiment, ExperimentSet experiments)
    {
        var command = new RootCommand($"{experiment.Name}: {experiment.Description}");
        Complete(command, experiments, _ => experiment);
        return command;
    }

    private static void Complete(Command command, ExperimentSet experiments, Func<ParseResult, Experiment> chosen)
    {
        var machine = new MachineOptions();
        machine.AddTo(command);
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            NativeLibraryCheck.Run();
            var modules = machine.Read(parsed);
            var results = ProgressDisplay.Run(progress =>
                Comparison.Run(chosen(parsed), experiments, machine.Context(parsed, progress, stop)));
            var report = ResultFolder.Write(machine.Store(parsed), results, modules);
            ScoreTable.Print(results.Results);
            ScoreTable.PrintChain(results.Results);
            AnsiConsole.WriteLine($"CAMs and scores: {report}");
        })));
    }
}
