using System.CommandLine;
using Pole.Runner.Comparing;
using Pole.Runner.Moving;
using Pole.Runner.Runs;
using Pole.Runner.Specs;

namespace Pole.Runner.Commands;

/// <summary><c>pole pack RUN…</c> and <c>pole unpack FILE</c>: runs in one file, for another machine.</summary>
internal static class PackCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var names = new Argument<string[]>("runs") { Description = "Experiments, sweeps, patterns such as 'shapes/seeds/*', or folders of runs; of an experiment the latest run that ended.", Arity = ArgumentArity.OneOrMore };
        var runs = RunsOption.Create();
        var output = new Option<string>("--output") { Description = "The archive to write.", DefaultValueFactory = _ => "runs.tar.gz" };
        var weights = new Option<bool>("--weights") { Description = "With the networks that the runs ended with, so that predict and export work where they are unpacked." };
        var machine = new MachineOptions();
        var command = new Command("pack", "Put runs into one file: specs, records, results and reports; never data.") { names, runs, output, weights };
        machine.AddStoreTo(command);
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var root = RunsOption.Of(parsed, runs);
            var search = new RunSearch(root, experiments);
            var found = parsed.GetRequiredValue(names).SelectMany(search.Find).Select(run => run with { Folder = Path.GetFullPath(run.Folder) }).DistinctBy(run => run.Folder).ToList();
            var folders = found.Select(run => run.Folder).ToList();
            if (folders.FirstOrDefault(folder => !folder.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) is { } outside) throw new ExperimentException($"{outside} is not below the folder of runs, {root}; name that with --runs");
            var stages = MachineOptions.StagesFolder(machine.Store(parsed));
            var networks = !parsed.GetValue(weights) ? [] : found.SelectMany(run => new RunNetworks(run, stages).Elsewhere(RecordedSpec.Of(run, experiments))).ToDictionary(StringComparer.Ordinal);
            var path = Path.GetFullPath(parsed.GetRequiredValue(output));
            if (Directory.Exists(path)) throw new ExperimentException($"{path} is a folder; give a file with --output");
            if (File.Exists(path)) throw new ExperimentException($"{path} is there already; move it away, or give another file with --output");
            var count = RunArchive.Write(path, folders, root, parsed.GetValue(weights), networks);
            if (search.Warning is { } warning) Console.Error.WriteLine($"warning: {warning}");
            Console.WriteLine($"{path}: {folders.Count} run{(folders.Count == 1 ? "" : "s")}, {count} files");
        }));
        return command;
    }

    public static Command CreateUnpack()
    {
        var file = new Argument<string>("file") { Description = "An archive that pole pack wrote." };
        var runs = RunsOption.Create();
        var command = new Command("unpack", "Take the runs out of an archive and check them against their digests; compare then finds them.") { file, runs };
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            foreach (var run in RunArchive.Read(Path.GetFullPath(parsed.GetRequiredValue(file)), RunsOption.Of(parsed, runs))) Console.WriteLine(run);
        }));
        return command;
    }
}
