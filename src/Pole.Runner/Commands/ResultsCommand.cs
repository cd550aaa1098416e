using System.CommandLine;
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
        var output = new Option<string?>("--output", "--out") { Description = "Folder to copy everything to: tables, networks, pseudo-masks and predictions. What is there under the same names is replaced." };
        var (machine, runs) = (new MachineOptions(), RunsOption.Create());
        var command = new Command("results", "Show where the report, tables, networks, pseudo-masks and predictions of a run are, or copy them into a folder.") { name, output, runs };
        machine.AddStoreTo(command);
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var run = RunArgument.Find(parsed.GetRequiredValue(name), RunsOption.Of(parsed, runs), experiments);
            var experiment = RecordedSpec.Of(run, experiments);
            var results = new RunResults(run, experiment, MachineOptions.StagesFolder(machine.Store(parsed)));
            IReadOnlyList<RunResultFile> all = [.. results.Tables, .. results.Networks, .. results.LabelMaps];
            if (parsed.GetValue(output) is { } target) Copy(all, Path.GetFullPath(GivenFolder.Of("--output", target)));
            else Print(all, experiment);
        }));
        return command;
    }

    private static void Print(IReadOnlyList<RunResultFile> all, Experiment experiment)
    {
        var table = new TextTable("result", "path");
        foreach (var file in all) table.Row(file.Name, file.Path);
        table.Print();
        Console.WriteLine($"CAMs are made again when they are asked for: pole predict {experiment.Name} --images DIR --cams npy");
    }

    private static void Copy(IReadOnlyList<RunResultFile> all, string target)
    {
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
