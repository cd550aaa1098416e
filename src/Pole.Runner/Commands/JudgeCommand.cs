using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Pole.Pipeline.Judging;
using Pole.Runner.Formats;
using Pole.Runner.Progress;
using Pole.Runner.Reports;

namespace Pole.Runner.Commands;

/// <summary><c>pole judge EXPERIMENT</c>: whether the experiment's CLIP and objective can teach a CAM network.</summary>
internal static class JudgeCommand
{
    private const int DefaultImages = 200;

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = false, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    public static Command Create(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var images = new Option<int>("--images") { Description = "Images of the evaluation split to look at, at most.", DefaultValueFactory = _ => DefaultImages };
        var output = new Option<string?>("--output") { Description = "An HTML page to write." };
        var check = new Option<bool>("--check") { Description = "Exit code 1 where the judge lacks anything." };
        images.Validators.Add(parsed =>
        {
            if (parsed.Tokens is [{ Value: var value }] && !(int.TryParse(value, out var count) && count >= 1)) parsed.AddError("--images must be at least 1");
        });
        var machine = new MachineOptions();
        var command = new Command("judge", "Measure whether an experiment's CLIP can teach: accuracy on whole and masked images, and the objective at the true mask and at others.") { experiment, images, output, check };
        machine.AddTo(command);
        machine.AddStylesTo(command);
        command.SetAction(parsed => Interruption.Run(stop =>
        {
            var canTeach = true;
            var code = CommandErrors.Report(() =>
            {
                var chosen = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
                LibTorch.Load(chosen);
                var report = machine.Run(parsed, stop, context => JudgeCheck.Run(chosen, context, parsed.GetValue(images)));
                canTeach = report.CanTeach;
                if (machine.Style(parsed) == DisplayStyle.Json) Console.WriteLine(JsonSerializer.Serialize(report, Format));
                else if (machine.Style(parsed) == DisplayStyle.Text) Print(chosen, report);
                if (parsed.GetValue(output) is { } path) AtomicFile.Write(Path.GetFullPath(path), file => File.WriteAllText(file, JudgePage.Of(chosen, report)));
            });
            return code == ExitCodes.Success && parsed.GetValue(check) && !canTeach ? ExitCodes.Failure : code;
        }));
        return command;
    }

    private static void Print(Experiment experiment, JudgeReport report)
    {
        var criteria = new TextTable("", "measured", "needed", "cases", "");
        foreach (var criterion in report.Criteria)
            criteria.Row(criterion.Question, JudgePage.Value(criterion), JudgePage.Bound(criterion), criterion.Cases.ToString(CultureInfo.InvariantCulture), JudgePage.Verdict(criterion));
        criteria.Print();
        if (report.Candidates.Count > 0)
        {
            var terms = report.Candidates[0].Terms.Keys.ToList();
            var losses = new TextTable(["mask", "area %", .. terms, "total", "below the true mask in % of pairs"]);
            foreach (var candidate in report.Candidates)
                losses.Row([candidate.Name, Percentage.Of(candidate.Area), .. terms.Select(term => Number(candidate.Terms[term])), Number(candidate.Total), Percentage.Of(candidate.BelowTruth)]);
            losses.Print();
        }

        if (report.Names.Count > 0)
        {
            var names = new TextTable("image masked by").Numbers("name as at the true mask %", "ground-truth name %");
            foreach (var row in report.Names) names.Row(row.Mask, Percentage.Of(row.AsAtTruth), Percentage.Of(row.GroundTruthName));
            names.Print();
        }

        Console.WriteLine(JudgePage.Summary(experiment, report));
    }

    private static string Number(double value) => value.ToString("f2", CultureInfo.InvariantCulture);
}
