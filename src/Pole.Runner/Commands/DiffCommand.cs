using System.CommandLine;
using Pole.Runner.Reports;
using Pole.Runner.Runs;
using Pole.Runner.Specs;

namespace Pole.Runner.Commands;

/// <summary>How a difference is printed.</summary>
internal enum DiffFormat
{
    Text,
    Markdown,
    Json,
}

/// <summary><c>pole diff A B</c> and <c>pole diff --since REVISION</c>: what differs after resolution, and what has to be computed again.</summary>
internal static class DiffCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var names = new Argument<string[]>("experiments") { Description = "Two experiments.", Arity = new ArgumentArity(0, 2) };
        var since = new Option<string?>("--since") { Description = "A git revision: every experiment is compared with what it was then." };
        var format = new Option<DiffFormat>("--format") { Description = "text, markdown for a pull request, or json for a bot.", DefaultValueFactory = _ => DiffFormat.Text };
        var (specs, runs) = (SpecsFolder.CreateOption(), RunsOption.Create());
        var command = new Command("diff", "Show what differs between two experiments, or since a revision, and what is to be computed again, with the time that it took in the last runs; the exit code is 1 when something differs.") { names, since, format, specs, runs };
        command.Validators.Add(result =>
        {
            var given = result.GetValue(names)?.Length ?? 0;
            if (result.GetValue(since) is null ? given != 2 : given != 0) result.AddError($"pole diff takes two experiments (you gave {given}), or --since REVISION");
            foreach (var unknown in (result.GetValue(names) ?? []).Where(name => !experiments.Has(name))) result.AddError(UnknownName.OfExperiment(unknown, experiments));
        });
        command.SetAction(parsed =>
        {
            var differ = false;
            var code = CommandErrors.Report(() =>
            {
                var recorded = new RecordedStages(RunsOption.Of(parsed, runs));
                var difference = parsed.GetValue(since) is { } revision ? Since(revision, SpecsFolder.Of(parsed, specs), experiments, recorded) : Between(parsed.GetRequiredValue(names), experiments, recorded);
                Console.Write(parsed.GetValue(format) switch { DiffFormat.Markdown => DiffReport.Markdown(difference), DiffFormat.Json => DiffReport.Json(difference), _ => DiffReport.Text(difference) });
                differ = !difference.IsEmpty;
            });
            return code == ExitCodes.Success && differ ? ExitCodes.Failure : code;
        });
        return command;
    }

    private static SpecSetDifference Since(string revision, string folder, ExperimentSet experiments, RecordedStages recorded)
    {
        var difference = SpecSetDifference.Between(SpecLoader.Load(GitSpecs.Read(folder, revision), revision), experiments.All);
        return difference with { Changed = [.. difference.Changed.Select(changed => WithCosts(changed, recorded))] };
    }

    private static SpecDifference WithCosts(SpecDifference changed, RecordedStages recorded) => changed with { Costs = recorded.SecondsOf(changed.Experiment, changed.Stages) };

    private static SpecSetDifference Between(string[] names, ExperimentSet experiments, RecordedStages recorded)
    {
        var difference = SpecDifference.Between(experiments.Resolved(names[0]), experiments.Resolved(names[1]));
        return new SpecSetDifference([], [], [], difference.Changes.Count == 0 ? [] : [WithCosts(difference, recorded) with { Experiment = $"{names[0]} → {names[1]}" }]);
    }
}
