using System.CommandLine;
using Pole.Pipeline;
using Pole.Runner.Progress;
using Pole.Runner.Reports;
using Pole.Runner.Runs;
using Pole.Runner.Tracking;

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
        var (machine, runs, profile) = (new MachineOptions(), RunsOption.Create(), ProfileOption.Create());
        machine.AddTo(command);
        machine.AddStylesTo(command);
        command.Options.Add(runs);
        command.Options.Add(profile);
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var experiment = chosen(parsed);
            var tracking = RunTracking.Of(ProfileOption.Read(parsed, profile)?.Tracking);
            var all = experiments.WithCompared(experiment);
            LibTorch.Load(all);
            Show(machine.Style(parsed), MachineOptions.StagesFolder(machine.Store(parsed)), machine.Run(parsed, stop, context =>
            {
                FreeSpace.Require((machine.Store(parsed), "--store"), (RunsOption.Of(parsed, runs), "--runs"));
                RequiredInputs.Require(all, context);
                context.Progress.Expect(1 + experiment.Compare.Count);
                return RecordedRun.Run(experiment, experiments, RunsOption.Of(parsed, runs), context, tracking);
            }));
        })));
    }

    private static void Show(DisplayStyle style, string stages, RecordedRun run)
    {
        if (style == DisplayStyle.Json) Console.WriteLine(run.Stored.Line());
        if (style != DisplayStyle.Text) return;
        ScoreTable.Print(run.Comparison);
        ScoreTable.PrintChain(run.Comparison.Results);
        foreach (var compared in run.Compared) Console.WriteLine($"compared with {compared.Record.Experiment}: {compared.Folder}");
        var results = new RunResults(run.Stored, run.Comparison.Results[^1].Experiment, stages);
        foreach (var made in results.LabelMaps.Concat(results.Networks)) Console.WriteLine($"{made.Name}: {made.Path}");
        Console.WriteLine(Path.Combine(run.Stored.Folder, RunReport.FileName));
    }
}
