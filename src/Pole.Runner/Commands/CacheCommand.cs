using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Stages;
using Pole.Pipeline;
using Pole.Runner.Formats;
using Pole.Runner.Runs;
using Spectre.Console;

namespace Pole.Runner.Commands;

/// <summary><c>pole cache</c>: the stored results of stages.</summary>
internal static partial class CacheCommand
{
    private const int NamesShown = 2;

    public static Command Create(ExperimentSet experiments)
    {
        var command = new Command("cache", "List, explain, verify and delete stored results of stages.");
        command.Subcommands.Add(CreateList());
        command.Subcommands.Add(CreateExplain(experiments));
        command.Subcommands.Add(CreateVerify());
        command.Subcommands.Add(CreatePrune());
        return command;
    }

    private static Command CreateList()
    {
        var (machine, runs) = (new MachineOptions(), RunsOption.Create());
        var command = new Command("list", "What is stored, how large it is, when it was last used, and which experiments have it, by the runs in a folder.") { runs };
        machine.AddStoreTo(command);
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var all = new StoredStages(MachineOptions.StagesFolder(machine.Store(parsed))).All();
            Print(all, new RecordedStages(RunsOption.Of(parsed, runs)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all.Count} results, {Size(all.Sum(stage => stage.Bytes))} in {MachineOptions.StagesFolder(machine.Store(parsed))}"));
        }));
        return command;
    }

    private static Command CreateExplain(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var machine = new MachineOptions();
        var command = new Command("explain", "Show which stages of an experiment are stored and, for the others, which keys of the spec and which files differ from the nearest stored result.") { experiment };
        machine.AddTo(command);
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            LibTorch.Load();
            var stored = new StoredStages(MachineOptions.StagesFolder(machine.Store(parsed)));
            machine.RunQuietly(parsed, stop, context =>
            {
                var stages = new ExperimentRun(ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment)), context).Explain();
                foreach (var stage in stages) Explain(stage, stored, context.Contents);
                if (stages.All(stage => stage.Folder is not null)) Console.WriteLine("everything is stored");
            });
        })));
        return command;
    }

    private static void Explain(ExplainedStage stage, StoredStages stored, DigestContents contents)
    {
        if (stage.Folder is not null)
        {
            Console.WriteLine($"{stage.Stage}: stored in {stage.Folder}");
            return;
        }

        Console.WriteLine($"{stage.Stage}: to compute, key {stage.Key.Hash}{(stage.FollowsFromUpstream ? ", since it builds on what is to compute" : "")}");
        if (stored.IsStored(stage.Key)) Console.WriteLine($"  its result {stage.Fault}");
        else if (!stage.FollowsFromUpstream) ExplainDifference(stage, stored, contents);
    }

    private static void ExplainDifference(ExplainedStage stage, StoredStages stored, DigestContents contents)
    {
        if (stored.Nearest(stage.Stage, stage.Key.Description, contents) is not { } found)
        {
            Console.WriteLine($"  no result of {stage.Stage} is stored");
            return;
        }

        Console.WriteLine($"  the nearest stored result, {found.Nearest.Key}, differs in");
        foreach (var difference in found.Differences) Console.WriteLine($"    {difference}");
    }

    private static Command CreateVerify()
    {
        var machine = new MachineOptions();
        var command = new Command("verify", "Read every stored result and list the damaged ones, which a run would make again; the exit code is 1 when there are some.");
        machine.AddStoreTo(command);
        command.SetAction(parsed =>
        {
            IReadOnlyList<(StoredStage Stage, string Fault)> damaged = [];
            var code = CommandErrors.Report(() =>
            {
                var stored = new StoredStages(MachineOptions.StagesFolder(machine.Store(parsed)));
                damaged = stored.Damaged();
                foreach (var (stage, fault) in damaged) Console.WriteLine($"{stage.Folder}: {fault}");
                var (all, earlier) = (stored.All().Where(stage => stage.IsWhole).ToList(), stored.All().Count(StoredStages.IsEarlier));
                Console.WriteLine(damaged.Count == 0 ? $"{all.Count - earlier} results are whole" : $"{damaged.Count} of {all.Count - earlier} results are damaged; a run that needs one makes it again");
                if (earlier > 0) Console.WriteLine($"{earlier} results of an earlier version cannot be checked; cache prune deletes them");
            });
            return code == ExitCodes.Success && damaged.Count > 0 ? ExitCodes.Failure : code;
        });
        return command;
    }

    private static Command CreatePrune()
    {
        var age = new Option<string?>("--max-age") { Description = "Delete what was not used for this long: 30d, 12h." };
        var size = new Option<string?>("--max-size") { Description = "Delete the least recently used until the store is no larger: 20GB, 500MB." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would go, and delete nothing." };
        var machine = new MachineOptions();
        var command = new Command("prune", "Delete results that this version no longer finds, and stored results by age and size; what a run makes at this moment stays.") { age, size, dryRun };
        machine.AddStoreTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(age) is { } givenAge && Age(givenAge) is null) result.AddError($"--max-age is '{givenAge}'; write 30d or 12h");
            if (result.GetValue(size) is { } givenSize && Bytes(givenSize) is null) result.AddError($"--max-size is '{givenSize}'; write 20GB or 500MB");
        });
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var (gone, earlier) = new StoredStages(MachineOptions.StagesFolder(machine.Store(parsed))).Prune(parsed.GetValue(age) is { } givenAge ? DateTime.UtcNow - Age(givenAge) : null, parsed.GetValue(size) is { } givenSize ? Bytes(givenSize) : null, parsed.GetValue(dryRun));
            Print(gone, null);
            Console.WriteLine($"{gone.Count} results, {Size(gone.Sum(stage => stage.Bytes))} {(parsed.GetValue(dryRun) ? "would be deleted" : "deleted")}{(earlier > 0 ? $"; {earlier} of them are of an earlier version, whose keys nothing finds any more" : "")}");
        }));
        return command;
    }

    /// <param name="recorded">Says which experiments a result is of; null where that is not shown.</param>
    private static void Print(IReadOnlyList<StoredStage> stages, RecordedStages? recorded)
    {
        if (stages.Count == 0) return;
        string[] columns = ["stage", "key", "size", "last used", "state", .. recorded is null ? Array.Empty<string>() : ["experiments"]];
        var table = new TextTable(columns);
        foreach (var stage in stages)
            table.Row([stage.Stage, stage.Key, Size(stage.Bytes), stage.Used.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), stage.IsWhole ? "" : "unfinished", .. recorded is null ? Array.Empty<string>() : [Names(recorded.ExperimentsOf(stage.Key))]]);
        table.Print();
    }

    private static string Names(IReadOnlyCollection<string> experiments) => experiments.Count <= NamesShown ? string.Join(", ", experiments) : $"{string.Join(", ", experiments.Take(NamesShown))} and {experiments.Count - NamesShown} more";

    private static string Size(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:f1} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:f1} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:f1} kB"),
    };

    private static TimeSpan? Age(string text) => AgePattern().Match(text) is { Success: true } match
        ? (match.Groups[2].Value == "d" ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1)) * double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    private static long? Bytes(string text) => SizePattern().Match(text) is { Success: true } match
        ? (long)(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * (match.Groups[2].Value.ToUpperInvariant() switch { "TB" => 1e12, "GB" => 1e9, "MB" => 1e6, _ => 1e3 })) : null;

    [GeneratedRegex(@"^(\d{1,6}(?:\.\d+)?)([dh])$")]
    private static partial Regex AgePattern();

    [GeneratedRegex(@"^(\d{1,6}(?:\.\d+)?)\s*([kMGT]B)$", RegexOptions.IgnoreCase)]
    private static partial Regex SizePattern();
}
