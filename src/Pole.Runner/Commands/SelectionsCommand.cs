using System.CommandLine;
using System.Globalization;
using Pole.Data;
using Pole.Pipeline.Training;
using Pole.Runner.Formats;
using Pole.Runner.Reports;

namespace Pole.Runner.Commands;

/// <summary><c>pole selections</c>: reports and compares chosen names, of this project or published.</summary>
internal static class SelectionsCommand
{
    private const int DifferencesShown = 20;

    public static Command Create(ExperimentSet experiments)
    {
        var command = new Command("selections", "Report or compare files of chosen names, of select or published.");
        command.Subcommands.Add(CreateReport(experiments));
        command.Subcommands.Add(CreateCompare(experiments));
        return command;
    }

    private static Command CreateReport(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var file = new Argument<string>("file") { Description = "A selection: JSON of select, or published." };
        var output = new Option<string?>("--output") { Description = "Folder for a radar plot, as SVG." };
        var command = new Command("report", "Per class, how often the ground-truth name was chosen (the paper's Figure 4).") { experiment, file, output };
        command.SetAction(parsed => CommandErrors.Report(() =>
        {
            var (choices, classes) = Read(experiments, parsed.GetRequiredValue(experiment), parsed.GetRequiredValue(file));
            var shares = choices.GroundTruthShare().OrderBy(entry => entry.Key).Select(entry => (Class: classes[entry.Key], Share: entry.Value, Images: choices.All.Count(choice => choice.Class == entry.Key))).ToList();
            var table = new TextTable("class", "images", "ground-truth name chosen %");
            foreach (var (name, share, images) in shares) table.Row(name, images.ToString(CultureInfo.InvariantCulture), Percentage.Of(share));
            table.Print();
            if (parsed.GetValue(output) is not { } folder) return;
            Console.WriteLine(NameRadar.Write(folder, [.. shares.Select(entry => (entry.Class, entry.Share))]));
        }));
        return command;
    }

    private static Command CreateCompare(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var (one, other) = (new Argument<string>("one") { Description = "A selection." }, new Argument<string>("other") { Description = "Another." });
        var command = new Command("compare", "Compare two selections; the exit code is 1 when they differ.") { experiment, one, other };
        command.SetAction(parsed =>
        {
            var differ = false;
            var code = CommandErrors.Report(() =>
            {
                var (first, _) = Read(experiments, parsed.GetRequiredValue(experiment), parsed.GetRequiredValue(one));
                var (second, _) = Read(experiments, parsed.GetRequiredValue(experiment), parsed.GetRequiredValue(other));
                var names = second.All.ToDictionary(choice => (choice.Image, choice.Class), choice => choice.Name);
                var shared = first.All.Where(choice => names.ContainsKey((choice.Image, choice.Class))).ToList();
                var changed = shared.Where(choice => names[(choice.Image, choice.Class)] != choice.Name).ToList();
                foreach (var choice in changed.Take(DifferencesShown)) Console.WriteLine($"{choice.Image} {choice.ClassName}: {choice.Name} → {names[(choice.Image, choice.Class)]}");
                if (changed.Count > DifferencesShown) Console.WriteLine($"… and {changed.Count - DifferencesShown} more");
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{shared.Count - changed.Count} of {shared.Count} choices agree{(shared.Count == 0 ? "" : $" ({100.0 * (shared.Count - changed.Count) / shared.Count:f1} %)")}; {first.All.Count - shared.Count} are only in the first, {second.All.Count - shared.Count} only in the second"));
                differ = changed.Count > 0 || first.All.Count != second.All.Count || shared.Count != first.All.Count;
            });
            return code == ExitCodes.Success && differ ? ExitCodes.Failure : code;
        });
        return command;
    }

    private static (PromptChoices Choices, IReadOnlyList<string> Classes) Read(ExperimentSet experiments, string name, string file)
    {
        var experiment = ExperimentArgument.Find(experiments, name);
        if (experiment.Prompt is not { } prompt) throw new ExperimentException($"{name} has no prompt: name an experiment whose corpus the selection was made with");
        var classes = DatasetClasses.Of(experiment.Dataset);
        return (PublishedSelection.Read(file, prompt.Corpus, classes), classes);
    }
}
