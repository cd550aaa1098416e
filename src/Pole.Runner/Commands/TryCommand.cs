using System.CommandLine;
using System.Text.Json;
using Pole.Data;
using Pole.Data.Imaging;
using Pole.Pipeline.Trying;
using Pole.Runner.Formats;
using Pole.Runner.Progress;
using Pole.Runner.Reports;
using Pole.Specs.Diagnostics;

namespace Pole.Runner.Commands;

/// <summary><c>pole try EXPERIMENT</c>: what CLIP makes of prompts on an image, and which of them POLE would choose.</summary>
internal static class TryCommand
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = false, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    public static Command Create(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var image = new Option<string>("--image") { Description = "A photograph; a large one is reduced.", Required = true };
        var prompts = new Option<string[]>("--prompt") { Description = "A whole prompt, such as \"a photo of a sofa.\"; give the option several times. The first stands for the ground-truth name." };
        var className = new Option<string?>("--class") { Description = "A class: all names that the corpus has for it are tried, in the experiment's template. Where CAMs are those of a network, the class that the map is of." };
        var output = new Option<string>("--output") { Description = "The HTML page to write; the image and the maps are written beside it.", DefaultValueFactory = _ => "try.html" };
        var machine = new MachineOptions();
        var command = new Command("try", "Try prompts on an image: the map of each, its cosine to image × map, and which of them POLE would choose.") { experiment, image, prompts, className, output };
        machine.AddTo(command);
        machine.AddStylesTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(prompts) is null or { Implicit: true } && result.GetResult(className) is null or { Implicit: true }) result.AddError("give --prompt once or more, or --class for all names of a class");
        });
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var chosen = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
            var question = TrialQuestion.Of(chosen, Known(chosen, parsed.GetValue(className)), parsed.GetValue(prompts) ?? []);
            var (photo, files) = (parsed.GetRequiredValue(image), new TriedFiles(Path.GetFullPath(parsed.GetRequiredValue(output))));
            files.RequireWritable(photo, question.Texts.Count);
            // As the camera meant it: people look at the page.
            var pixels = ImageCodec.ReadRgb(photo, new ImageDecoding { Oriented = true });
            LibTorch.Load(chosen);
            var tried = machine.Run(parsed, stop, context =>
            {
                using var trial = PromptTrial.Open(chosen, context);
                return trial.Ask(pixels, question);
            });
            files.Write(Path.GetFileName(photo), tried);
            if (machine.Style(parsed) == DisplayStyle.Json) Console.WriteLine(Json(photo, tried, files));
            else if (machine.Style(parsed) == DisplayStyle.Text) Print(tried, files);
        })));
        return command;
    }

    private static string? Known(Experiment experiment, string? name)
    {
        var classes = DatasetClasses.Of(experiment.Dataset);
        return name is null || classes.Contains(name) ? name : throw new ExperimentException($"{experiment.Name} has no class '{name}'{Nearest.Hint(name, classes, "its classes are")}");
    }

    private static void Print(TriedPrompts tried, TriedFiles files)
    {
        var columns = TriedPage.Columns(tried);
        var table = new TextTable(columns[0]).Numbers(columns.Skip(1).SkipLast(1)).Texts(columns[^1]);
        foreach (var (place, prompt) in tried.Prompts.Index()) table.Row(TriedPage.Cells(prompt, place == tried.Chosen).Select(cell => cell.Text));
        table.Print();
        Console.WriteLine(TriedPage.Summary(tried));
        Console.WriteLine(files.Page);
    }

    private static string Json(string image, TriedPrompts tried, TriedFiles files) => JsonSerializer.Serialize(new
    {
        tried.Experiment,
        Image = image,
        tried.Class,
        tried.Image.Width,
        tried.Image.Height,
        tried.LeavesSomething,
        Prompts = tried.Prompts.Select((prompt, place) => new { prompt.Text, prompt.Cosine, prompt.Score, prompt.OwnCosine, prompt.Probability, Chosen = place == tried.Chosen, Map = files.Map(tried.HasMapOfPrompt ? place + 1 : 1) }),
        Page = files.Page,
    }, Format);
}
