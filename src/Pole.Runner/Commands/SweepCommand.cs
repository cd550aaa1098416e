using System.CommandLine;
using System.IO.Enumeration;
using Pole.Pipeline;
using Pole.Runner.Comparing;
using Pole.Runner.Progress;
using Pole.Runner.Runs;
using Pole.Runner.Tracking;

namespace Pole.Runner.Commands;

/// <summary><c>pole sweep NAME…</c>: every point of sweeps, then their comparison.</summary>
internal static class SweepCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var names = SweepNames(experiments);
        var document = new Option<string?>("--document") { Description = "A Markdown file whose marked parts the comparisons are written into; made where it is not there." };
        var (machine, runs, launch) = (new MachineOptions(), RunsOption.Create(), new LaunchOptions());
        var command = new Command("sweep", "Run every point of a sweep and compare them; stages that points share are run once.") { names, document };
        machine.AddTo(command);
        machine.AddStylesTo(command);
        command.Options.Add(runs);
        launch.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(document) is not null && launch.IsGiven(result)) result.AddError("--document waits for the results: sweep again without --launcher once they are there, which costs nothing then");
        });
        command.Subcommands.Add(SweepStatusCommand.Create(experiments));
        command.Subcommands.Add(SweepTaskCommand.Create(experiments));
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var (folder, style) = (RunsOption.Of(parsed, runs), machine.Style(parsed));
            var chosen = experiments.Sweeps.Where(sweep => parsed.GetRequiredValue(names).Any(name => Matches(name, sweep))).ToList();
            if (launch.Of(parsed) is { } launcher)
            {
                LibTorch.Load();
                machine.Run(parsed, stop, context => launcher.Prepare(chosen, experiments, folder, [.. machine.Arguments(parsed), $"{runs.Name}={folder}"], context)).Start(stop);
                return;
            }

            var tracking = RunTracking.Of(launch.Tracking(parsed));
            List<Experiment> all = [.. chosen.SelectMany(experiments.PointsOf).SelectMany(experiments.WithCompared).DistinctBy(experiment => experiment.Name)];
            LibTorch.Load(all);
            var compared = machine.Run(parsed, stop, context =>
            {
                FreeSpace.Require((machine.Store(parsed), "--store"), (folder, "--runs"));
                RequiredInputs.Require(all, context);
                context.Progress.Expect(chosen.SelectMany(experiments.PointsOf).Sum(point => 1 + point.Compare.Count));
                return chosen.Select(sweep => (Name: sweep, Comparison: RunPoints(sweep, experiments, folder, context, tracking))).ToList();
            });
            foreach (var (name, comparison) in compared)
            {
                var page = ComparisonFiles.Write(Path.Combine(folder, name), name, comparison);
                if (style == DisplayStyle.Text) Show(name, comparison, page);
                if (style == DisplayStyle.Json) foreach (var run in comparison.Rows.SelectMany(row => row.Group.Runs)) Console.WriteLine(run.Line());
            }

            if (parsed.GetValue(document) is { } file) ComparisonDocument.Write(file, compared);
        })));
        return command;
    }

    private static Argument<string[]> SweepNames(ExperimentSet experiments)
    {
        var names = new Argument<string[]>("sweeps") { Description = "Specs with a sweep, or patterns such as 'shapes/paper/*'; pole list shows them.", Arity = ArgumentArity.OneOrMore };
        names.Validators.Add(result =>
        {
            var sweeps = experiments.Sweeps;
            foreach (var token in result.Tokens.Where(token => !sweeps.Any(sweep => Matches(token.Value, sweep))))
                result.AddError(UnknownName.OfSweep(token.Value, experiments));
        });
        return names;
    }

    private static RunComparison RunPoints(string sweep, ExperimentSet experiments, string runs, RunContext context, RunTracking tracking) =>
        RunComparison.Of(experiments.PointsOf(sweep).Select(point => RecordedRun.Run(point, experiments, runs, context, tracking).Stored).ToList());

    private static void Show(string name, RunComparison comparison, string page)
    {
        Console.WriteLine(name);
        ComparisonTable.Print(comparison);
        Console.WriteLine(page);
    }

    private static bool Matches(string pattern, string sweep) => FileSystemName.MatchesSimpleExpression(pattern, sweep, ignoreCase: false);
}
