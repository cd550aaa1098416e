using System.CommandLine;
using Pole.Pipeline.External;
using Pole.Runner.Formats;
using Pole.Runner.Reports;
using Pole.Runner.Runs;
using Pole.Runner.Specs;

namespace Pole.Runner.Commands;

/// <summary><c>pole results RUN</c>: where what a run has made is, and copies of it.</summary>
internal static class ResultsCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var name = RunArgument.Create(experiments);
        var output = new Option<string?>("--output", "--out") { Description = "Folder to copy everything to: tables, networks, pseudo-masks and predictions. It is empty, or has the same run's." };
        var (machine, runs) = (new MachineOptions(), RunsOption.Create());
        var command = new Command("results", "Show where the report, tables, networks, pseudo-masks and predictions of a run are, or copy them into a folder.") { name, output, runs };
        machine.AddStoreTo(command);
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var run = RunArgument.Find(parsed.GetRequiredValue(name), RunsOption.Of(parsed, runs), experiments);
            var experiment = RecordedSpec.Of(run, experiments);
            var results = new RunResults(run, experiment, MachineOptions.StagesFolder(machine.Store(parsed)));
            IReadOnlyList<RunResultFile> all = [.. results.Tables, .. results.Networks, .. results.LabelMaps];
            if (parsed.GetValue(output) is { } target) Copy(all, GivenFolder.Of("--output", target));
            else Print(all, experiment);
            if (results.Gone is { Count: > 0 } gone) Console.WriteLine($"not in the store {machine.Store(parsed)}: {string.Join(", ", gone)}; give the store of the run with --store, or run {experiment.Name} again");
        }));
        return command;
    }

    private static void Print(IReadOnlyList<RunResultFile> all, Experiment experiment)
    {
        var table = new TextTable("result", "path");
        foreach (var file in all) table.Row(file.Name, file.Path);
        table.Print();
        var networks = TrainedNetworks.Trainings(experiment).Where(training => !training.IsSegmentation).Select(training => training.Stage).ToList();
        if (networks.Count > 0) Console.WriteLine($"CAMs are made when they are asked for: pole predict {experiment.Name} --network {networks[^1]} --images DIR --labels FILE --cams npy");
    }

    /// <summary>Whether a folder has a copy of the same run's record.</summary>
    private static bool IsOf(IReadOnlyList<RunResultFile> all, string folder) =>
        Path.Combine(folder, RunRecord.FileName) is var copy && File.Exists(copy) && all.FirstOrDefault(file => file.Name == RunRecord.FileName) is { } record && File.ReadAllBytes(copy).AsSpan().SequenceEqual(File.ReadAllBytes(record.Path));

    private static void Copy(IReadOnlyList<RunResultFile> all, string target)
    {
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any() && !IsOf(all, target)) throw new ExperimentException($"{target} has other files: give an empty folder with --output, or one that this run's results were copied to");
        foreach (var file in all)
        {
            var place = Path.Combine(target, file.Name);
            if (file.IsFolder)
            {
                MaskFolder.Copy(file.Path, place);
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            AtomicFile.Write(place, path => File.Copy(file.Path, path, overwrite: true));
            Console.WriteLine(place);
        }
    }
}
