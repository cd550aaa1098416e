using System.CommandLine;
using System.Globalization;
using Pole.Runner.Formats;
using Pole.Runner.Launching;

namespace Pole.Runner.Commands;

/// <summary><c>pole sweep status NAME</c>: how far the latest launch of a sweep is.</summary>
internal static class SweepStatusCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var sweep = new Argument<string>("sweep") { Description = "A sweep that was started with --launcher." };
        var all = new Option<bool>("--all") { Description = "List every task, also those that wait or are done." };
        var log = new Option<bool>("--log") { Description = "Print the last lines of the logs of tasks that failed." };
        var runs = RunsOption.Create();
        sweep.Validators.Add(result =>
        {
            if (!experiments.Sweeps.Contains(result.Tokens[0].Value)) result.AddError(UnknownName.OfSweep(result.Tokens[0].Value, experiments));
        });
        var command = new Command("status", "Say how far the latest launch of a sweep is, task by task.") { sweep, all, log, runs };
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var (name, root) = (parsed.GetRequiredValue(sweep), RunsOption.Of(parsed, runs));
            var folder = LaunchFolder.Latest(root, name) ?? throw new ExperimentException($"{name} was not launched into {root}: pole sweep {name} --launcher local");
            var tasks = LaunchStatus.Of(folder);
            PrintSteps(tasks);
            PrintTasks([.. tasks.Where(task => parsed.GetValue(all) || task.State is not (LaunchStatus.Pending or LaunchStatus.Done))]);
            Console.WriteLine(string.Join(", ", tasks.GroupBy(task => task.State).Select(group => $"{group.Count()} {group.Key}")));
            Console.WriteLine(folder.Plan.Build is { } build ? $"{folder.Path} (build {build})" : folder.Path);
            if (parsed.GetValue(log)) PrintLogs(tasks.Where(task => task.State is LaunchStatus.Failed or LaunchStatus.Lost));
        }));
        return command;
    }

    private static void PrintSteps(IReadOnlyList<LaunchedTask> tasks)
    {
        string[] states = [LaunchStatus.Done, LaunchStatus.Running, LaunchStatus.Pending, LaunchStatus.Stopped, LaunchStatus.Failed, LaunchStatus.Lost];
        var table = new TextTable(["step", .. states, "waits for"]);
        foreach (var step in tasks.GroupBy(task => task.Step.Name))
        {
            var counts = states.Select(state => step.Count(task => task.State == state)).Select(count => count == 0 ? "" : count.ToString(CultureInfo.InvariantCulture));
            table.Row(counts.Prepend(step.Key).Append(string.Join(", ", step.Where(task => task.State == LaunchStatus.Pending).Select(task => task.Note).OfType<string>().Distinct())));
        }

        table.Print();
    }

    private static void PrintTasks(IReadOnlyList<LaunchedTask> tasks)
    {
        if (tasks.Count == 0) return;
        var table = new TextTable("step", "task", "state", "starts", "on", "time", "note");
        foreach (var task in tasks)
        {
            var time = task.Written is { Ended: { } ended } written ? string.Create(CultureInfo.InvariantCulture, $"{(ended - written.Started).TotalSeconds:f1} s") : "";
            table.Row(task.Step.Name, task.Task.ToString(), task.State, task.Written?.Starts.ToString(CultureInfo.InvariantCulture) ?? "", task.Written?.Host ?? "", time, task.Note ?? "");
        }

        table.Print();
    }

    private static void PrintLogs(IEnumerable<LaunchedTask> tasks)
    {
        const int lines = 10;
        foreach (var task in tasks.Where(task => task.Log is not null))
        {
            Console.WriteLine($"{task.Log}:");
            foreach (var line in InputFile.Read(task.Log!, "a log", "make it readable", () => File.ReadLines(task.Log!).TakeLast(lines).ToList())) Console.WriteLine($"  {line}");
        }
    }
}
