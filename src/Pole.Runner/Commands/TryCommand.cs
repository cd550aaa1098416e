using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Pole.Data;
using Pole.Data.Imaging;
using Pole.Pipeline.Trying;
using Pole.Runner.Formats;
using Pole.Runner.Progress;
using Pole.Runner.Reports;
using Pole.Runner.Serving;
using Pole.Specs.Diagnostics;

namespace Pole.Runner.Commands;

/// <summary><c>pole try EXPERIMENT</c>: what CLIP makes of prompts on an image, and which of them POLE would choose.</summary>
internal static class TryCommand
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = false, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower };

    public static Command Create(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var image = new Option<string?>("--image") { Description = "A photograph; a large one is reduced." };
        var prompts = new Option<string[]>("--prompt") { Description = "A whole prompt, such as \"a photo of a sofa.\"; give the option several times. The first stands for the ground-truth name." };
        var className = new Option<string?>("--class") { Description = "A class: all names that the corpus has for it are tried, in the experiment's template, and its descriptions, where the experiment has some. Where CAMs are those of a network, the class that the map is of." };
        var output = new Option<string>("--output") { Description = "The HTML page to write; the image and the maps are written beside it.", DefaultValueFactory = _ => "try.html" };
        var serve = new Option<bool>("--serve") { Description = "Open a page on this machine instead, in which images are dropped and prompts typed, until Ctrl-C." };
        var port = new Option<int>("--port") { Description = "Port of 127.0.0.1 for --serve (default: a free one)." };
        port.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && !(int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= ushort.MaxValue)) result.AddError($"--port is {value}; it can be 1 to {ushort.MaxValue}");
        });
        var machine = new MachineOptions();
        var command = new Command("try", "Try prompts on an image: the map of each, its cosine to image × map, and which of them POLE would choose.") { experiment, image, prompts, className, output, serve, port };
        machine.AddTo(command);
        machine.AddStylesTo(command);
        command.Validators.Add(result =>
        {
            bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
            if (result.GetValue(serve))
            {
                foreach (var other in new Option[] { image, prompts, className, output }.Where(IsGiven)) result.AddError($"{other.Name} is given in the page: leave it out with --serve");
                return;
            }

            if (!IsGiven(image)) result.AddError("give --image, or --serve for a page to drop images into");
            if (!IsGiven(prompts) && !IsGiven(className)) result.AddError("give --prompt once or more, or --class for all names of a class");
            if (IsGiven(port)) result.AddError("--port is for --serve");
        });
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var chosen = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
            if (parsed.GetValue(serve)) Serve(chosen, parsed.GetValue(port), machine, parsed, stop);
            else Try(chosen, TrialQuestion.Of(chosen, Known(chosen, parsed.GetValue(className)), parsed.GetValue(prompts) ?? []), parsed.GetValue(image)!, new TriedFiles(Path.GetFullPath(parsed.GetRequiredValue(output))), machine, parsed, stop);
        })));
        return command;
    }

    private static void Try(Experiment experiment, TrialQuestion question, string photo, TriedFiles files, MachineOptions machine, ParseResult parsed, CancellationToken stop)
    {
        files.RequireWritable(photo, question.Rows);
        // As the camera meant it: people look at the page.
        var pixels = ImageCodec.ReadRgb(photo, new ImageDecoding { Oriented = true });
        LibTorch.Load(experiment);
        var tried = machine.Run(parsed, stop, context =>
        {
            using var trial = PromptTrial.Open(experiment, context);
            return trial.Ask(pixels, question);
        });
        files.Write(Path.GetFileName(photo), tried);
        if (machine.Style(parsed) == DisplayStyle.Json) Console.WriteLine(Json(photo, tried, files));
        else if (machine.Style(parsed) == DisplayStyle.Text) Print(tried, files);
    }

    private static void Serve(Experiment experiment, int port, MachineOptions machine, ParseResult parsed, CancellationToken stop)
    {
        LibTorch.Load(experiment);
        using var trial = machine.Run(parsed, stop, context => PromptTrial.Open(experiment, context));
        var answers = new TrialAnswers(experiment, trial);
        using var playground = Playground.Start(port, answers.About, stop);
        // Also with --quiet: nobody else knows the address.
        Console.WriteLine(machine.Style(parsed) == DisplayStyle.Json ? JsonSerializer.Serialize(new { playground.Address }, Format) : playground.Address);
        try
        {
            playground.Serve(answers.Of, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl-C is how serving ends.
        }
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
        foreach (var cells in TriedPage.Rows(tried)) table.Row(cells.Select(cell => cell.Text));
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
        Prompts = tried.Prompts.Select((prompt, place) => new { prompt.Text, prompt.Cosine, prompt.Score, prompt.OwnCosine, prompt.Probability, prompt.Weight, Chosen = place == tried.Chosen, Map = files.Map(tried.HasMapOfPrompt ? place + 1 : 1) }),
        Page = files.Page,
    }, Format);
}
