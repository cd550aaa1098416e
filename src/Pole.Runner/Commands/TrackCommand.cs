using System.CommandLine;
using Pole.Runner.Comparing;
using Pole.Runner.Formats;
using Pole.Runner.Runs;
using Pole.Runner.Tracking;

namespace Pole.Runner.Commands;

/// <summary><c>pole track push</c> and <c>pole track status</c>: what an MLflow server has of the runs.</summary>
internal static class TrackCommand
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(60);

    public static Command Create(ExperimentSet experiments) => new("track", "Runs on an MLflow server.") { CreatePush(experiments), CreateStatus() };

    private static Command CreatePush(ExperimentSet experiments)
    {
        var names = new Argument<string[]>("runs") { Description = "Experiments, sweeps, patterns such as 'shapes/seeds/*', or folders of runs; default: every run that was tracked.", Arity = ArgumentArity.ZeroOrMore };
        var (runs, profile) = (RunsOption.Create(), ProfileOption.Create());
        var command = new Command("push", "Send what an MLflow server does not have of runs; a second time sends nothing.") { names, runs, profile };
        command.SetAction(parsed => Interruption.Run(stop =>
        {
            var isWhole = true;
            var code = CommandErrors.Report(() =>
            {
                var target = TrackingTarget.Find(ProfileOption.Read(parsed, profile)?.Tracking)
                    ?? throw new ExperimentException($"no MLflow server is named: set {TrackingTarget.UriVariable}, or give a machine profile with tracking: {{ uri: … }} with --machine");
                var root = RunsOption.Of(parsed, runs);
                var folders = Folders(parsed.GetValue(names) ?? [], root, experiments);
                if (folders.Count == 0) Console.WriteLine($"no run in {root} was tracked: name those to send");
                using var server = new MlflowServer(target, RequestTimeout);
                var push = new LatePush(root, target, server, experiments);
                isWhole = Push(push, folders, stop);
            });
            return code == ExitCodes.Success && !isWhole ? ExitCodes.Failure : code;
        }));
        return command;
    }

    private static Command CreateStatus()
    {
        var runs = RunsOption.Create();
        var command = new Command("status", "List the runs that were tracked, and whether the server has all of them.") { runs };
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var table = new TextTable(["experiment", "fingerprint", "server", "status", "sent"]);
            foreach (var run in RunFolders.Tracked(RunsOption.Of(parsed, runs)).SelectMany(found => TrackingFile.Open(found.Notes).Runs))
                table.Row(run.Description.Experiment, run.Description.Fingerprint[..RunFolder.FingerprintLength], run.Server, run.Status.ToString().ToLowerInvariant(), run.IsComplete ? "all" : run.Run is null ? "nothing" : "a part");
            table.Print();
        }));
        return command;
    }

    private static List<string> Folders(IReadOnlyList<string> names, string root, ExperimentSet experiments)
    {
        var search = new RunSearch(root, experiments);
        if (names.Count == 0) return [.. RunFolders.Tracked(root).Select(found => found.Run)];
        List<string> folders = [.. names.SelectMany(name => File.Exists(Path.Combine(name, RunFolder.SpecFile)) ? [Path.GetFullPath(name)] : search.Find(name).Select(run => Path.GetFullPath(run.Folder))).Distinct()];
        if (search.Warning is { } warning) Console.Error.WriteLine($"warning: {warning}");
        return folders;
    }

    /// <returns>Whether the server has all that there is.</returns>
    private static bool Push(LatePush push, IReadOnlyList<string> folders, CancellationToken stop)
    {
        var isWhole = true;
        foreach (var folder in folders)
        {
            try
            {
                Say(folder, push.Send(folder, stop).GetAwaiter().GetResult());
            }
            catch (Exception exception) when (exception is TrackingException or ExperimentException)
            {
                isWhole = false;
                Console.Error.WriteLine($"error: {folder}: {exception.Message}");
                // Each of the others would wait for the same silence.
                if (exception is TrackingException { IsUnreachable: true }) break;
            }
        }

        return isWhole;
    }

    /// <param name="sent">Null where the run goes on.</param>
    private static void Say(string folder, SentParts? sent)
    {
        Console.WriteLine(sent is null ? $"{folder}: goes on, and its own process sends it" : $"{folder}: {sent}{(sent.Page is { } page ? $", {page}" : "")}");
        foreach (var sentence in sent?.Omitted ?? []) Console.Error.WriteLine($"warning: {folder}: {sentence}");
    }
}
