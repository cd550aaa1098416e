using System.CommandLine;
using System.CommandLine.Parsing;
using Pole.Pipeline;
using Pole.Pipeline.Artifacts;
using Pole.Runner.Progress;
using Pole.Runner.Reports;
using Spectre.Console;

namespace Pole.Runner.Commands;

/// <summary><c>pole run EXPERIMENT</c>: the experiment and those that it compares with, then the table.</summary>
internal static class RunCommand
{
    public static Command Create(IReadOnlyList<Experiment> experiments)
    {
        var name = new Argument<string>("experiment") { Description = "Name of an experiment; see list." };
        name.Validators.Add(result => RejectUnknown(result, experiments));
        var command = new Command("run", "Run an experiment and print its scores.") { name };
        Complete(command, experiments, parsed => experiments.First(experiment => experiment.Name == parsed.GetValue(name)));
        return command;
    }

    public static RootCommand CreateFor(Experiment experiment, IReadOnlyList<Experiment> experiments)
    {
        var command = new RootCommand($"{experiment.Name}: {experiment.Description}");
        Complete(command, experiments, _ => experiment);
        return command;
    }

    private static void Complete(Command command, IReadOnlyList<Experiment> experiments, Func<ParseResult, Experiment> chosen)
    {
        var machine = new MachineOptions();
        machine.AddTo(command);
        command.SetAction(parsed => Execute(chosen(parsed), experiments, machine, parsed));
    }

    private static int Execute(Experiment experiment, IReadOnlyList<Experiment> experiments, MachineOptions machine, ParseResult parsed)
    {
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            // A second Ctrl-C ends the process at once.
            pressed.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        };
        try
        {
            return CommandErrors.Report(() =>
            {
                NativeLibraryCheck.Run();
                var modules = machine.Read(parsed);
                var results = ProgressDisplay.Run(progress =>
                {
                    var context = new RunContext(modules, new StageStore(Path.Combine(machine.Store(parsed), "stages"), progress), progress, stop.Token);
                    return Comparison.Run(experiment, experiments, context);
                });
                var report = ResultFolder.Write(machine.Store(parsed), results, modules);
                ScoreTable.Print(results.Results);
                AnsiConsole.WriteLine($"CAMs and scores: {report}");
            });
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("stopped: finished stages are kept, run again to go on");
            return ExitCodes.Stopped;
        }
    }

    private static void RejectUnknown(ArgumentResult result, IReadOnlyList<Experiment> experiments)
    {
        var name = result.Tokens[0].Value;
        if (experiments.All(experiment => experiment.Name != name))
            result.AddError($"there is no experiment '{name}'; there are {string.Join(", ", experiments.Select(experiment => experiment.Name))}");
    }
}
