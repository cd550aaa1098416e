using System.CommandLine;
using Pole.Pipeline.External;
using Pole.Pipeline.Inference;

namespace Pole.Runner.Commands;

/// <summary><c>pole select EXPERIMENT</c>: the best name per image and class, for images and CAMs from anywhere.</summary>
internal static class SelectCommand
{
    private const int PassedOverShown = 3;

    public static Command Create(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var images = new Option<string>("--images") { Description = "Folder of images, ID.jpg or ID.png.", Required = true };
        var cams = new Option<string>("--cams") { Description = "Folder of CAMs, ID.npy, as CLIMS, IRNet and POLE publish them.", Required = true };
        var output = new Option<string>("--output") { Description = "Where to write, without extension: OUTPUT.json and OUTPUT.csv.", DefaultValueFactory = _ => "selection" };
        var machine = new MachineOptions();
        var command = new Command("select", "Choose names for images in a folder, with all scores.") { experiment, images, cams, output };
        machine.AddTo(command);
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var chosen = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
            LibTorch.Load(chosen);
            var choices = machine.Run(parsed, stop, context => FolderSelection.Run(chosen, parsed.GetRequiredValue(images), parsed.GetRequiredValue(cams),
                context));
            var target = Path.GetFullPath(parsed.GetRequiredValue(output));
            AtomicFile.Write($"{target}.json", choices.Write);
            AtomicFile.Write($"{target}.csv", choices.WriteCsv);
            var passedOver = InputFiles.In(parsed.GetRequiredValue(cams), "npy").Keys.Except(choices.All.Select(choice => choice.Image)).ToList();
            if (passedOver.Count > 0) Console.WriteLine($"{passedOver.Count} {(passedOver.Count == 1 ? "image has" : "images have")} CAMs of no class and nothing to choose: {string.Join(", ", passedOver.Take(PassedOverShown))}{(passedOver.Count > PassedOverShown ? "…" : "")}");
            Console.WriteLine($"{target}.json and .csv: {choices.All.Count} choices for {choices.All.Select(choice => choice.Image).Distinct().Count()} images");
        })));
        return command;
    }
}
