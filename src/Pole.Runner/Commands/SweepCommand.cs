using System.CommandLine;
using Pole.Pipeline;
using Pole.Runner.Progress;
using Pole.Runner.Reports;

namespace Pole.Runner.Commands;

/// <summary><c>pole sweep NAME</c>: every point of a sweep, then one table.</summary>
internal static class SweepCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var sweeps = experiments.Sweeps;
        var name = new Argument<string>("sweep") { Description = "A spec with a sweep; see list." };
        name.Validators.Add(result =>
        {
            if (!sweeps.Contains(result.Tokens[0].Value)) result.AddError($"there is no sweep '{result.Tokens[0].Value}'; there are {(sweeps.Count == 0 ? "none" : string.Join(", ", sweeps))}");
        });
        var machine = new MachineOptions();
        var command = new Command("sweep", "Run every point of a sweep and print one table; stages that points share are run once.") { name };
        machine.AddTo(command);
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            NativeLibraryCheck.Run();
            var sweep = parsed.GetRequiredValue(name);
            var results = ProgressDisplay.Run(progress =>
            {
                var context = machine.Context(parsed, progress, stop);
                return experiments.PointsOf(sweep).Select(experiment => new ExperimentRun(experiment, context).Run()).ToList();
            });
            var folder = Path.Combine(machine.Store(parsed), "results", sweep);
            SweepTable.Write(folder, results);
            SweepTable.Print(sweep, results);
            Console.WriteLine($"{Path.Combine(folder, SweepTable.FileName)}");
        })));
        return command;
    }
}
