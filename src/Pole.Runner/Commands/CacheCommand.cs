using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Pole.Pipeline;
using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Stages;
using Pole.Runner.Progress;
using Spectre.Console;

namespace Pole.Runner.Commands;

/// <summary><c>pole cache</c>: the stored results of stages.</summary>
internal static partial class CacheCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var command = new Command("cache", "List, explain and delete stored results of stages.");
        command.Subcommands.Add(CreateList());
        command.Subcommands.Add(CreateExplain(experiments));
        command.Subcommands.Add(CreatePrune());
        return command;
    }

    private static Command CreateList()
    {
        var machine = new MachineOptions();
        var command = new Command("list", "What is stored, how large it is, and when it was last used.");
        machine.AddStoreTo(command);
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var all = new StoredStages(MachineOptions.StagesFolder(machine.Store(parsed))).All();
            Print(all);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all.Count} results, {Size(all.Sum(stage => stage.Bytes))} in {MachineOptions.StagesFolder(machine.Store(parsed))}"));
        }));
        return command;
    }

    private static Command CreateExplain(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var machine = new MachineOptions();
        var command = new Command("explain", "Say which stages of an experiment are stored, and of the first that is not, in what it differs from the nearest that is.") { experiment };
        machine.AddTo(command);
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            LibTorch.Load();
            var chosen = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
            var progress = new StoredLines();
            try
            {
                new ExperimentRun(chosen, machine.StoredOnly(parsed, progress)).Run();
                Console.WriteLine("everything is stored");
            }
            catch (StageNotStoredException missing)
            {
                Explain(missing.Key, chosen, new StoredStages(MachineOptions.StagesFolder(machine.Store(parsed))));
            }
        }));
        return command;
    }

    private static void Explain(StageKey key, Experiment experiment, StoredStages stored)
    {
        Console.WriteLine($"{key.Stage}: to compute, key {key.Hash}");
        if (stored.Nearest(key.Stage, key.Description) is not { } found) Console.WriteLine($"  no result of {key.Stage} is stored");
        else
        {
            Console.WriteLine($"  the nearest stored result, {found.Nearest.Key}, differs in");
            foreach (var difference in found.Differences) Console.WriteLine($"    {difference}");
        }

        if (StageDependencies.After(experiment, key.Stage) is { Count: > 0 } after) Console.WriteLine($"{string.Join(", ", after)}: to compute, since they build on it");
    }

    private static Command CreatePrune()
    {
        var age = new Option<string?>("--max-age") { Description = "Delete what was not used for this long: 30d, 12h." };
        var size = new Option<string?>("--max-size") { Description = "Delete the least recently used until the store is no larger: 20GB, 500MB." };
        var trial = new Option<bool>("--dry-run") { Description = "Say what would go, and delete nothing." };
        var machine = new MachineOptions();
        var command = new Command("prune", "Delete stored results by age and size; what a run makes at this moment stays.") { age, size, trial };
        machine.AddStoreTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(age) is null && result.GetValue(size) is null) result.AddError("give --max-age, --max-size or both");
            if (result.GetValue(age) is { } givenAge && Age(givenAge) is null) result.AddError($"--max-age is '{givenAge}'; write 30d or 12h");
            if (result.GetValue(size) is { } givenSize && Bytes(givenSize) is null) result.AddError($"--max-size is '{givenSize}'; write 20GB or 500MB");
        });
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var gone = new StoredStages(MachineOptions.StagesFolder(machine.Store(parsed))).Prune(parsed.GetValue(age) is { } givenAge ? DateTime.UtcNow - Age(givenAge) : null, parsed.GetValue(size) is { } givenSize ? Bytes(givenSize) : null, parsed.GetValue(trial));
            Print(gone);
            Console.WriteLine($"{gone.Count} results, {Size(gone.Sum(stage => stage.Bytes))} {(parsed.GetValue(trial) ? "would be deleted" : "deleted")}");
        }));
        return command;
    }

    private static void Print(IReadOnlyList<StoredStage> stages)
    {
        if (stages.Count == 0) return;
        var table = new Table().Border(TableBorder.Simple).AddColumns("stage", "key", "size", "last used", "state");
        foreach (var stage in stages) table.AddRow(stage.Stage, stage.Key, Size(stage.Bytes), stage.Used.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), stage.IsWhole ? "" : "unfinished");
        AnsiConsole.Write(table);
    }

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

    /// <summary>Shows what is found.</summary>
    private sealed class StoredLines : IRunProgress
    {
        private readonly PlainProgress lines = new(TextWriter.Null);

        public void Stage(string stage, Action<IStageProgress> work) => lines.Stage(stage, work);

        public void Waiting(string stage)
        {
        }

        public void Reused(string stage, string folder) => Console.WriteLine($"{stage}: stored in {folder}");
    }
}
