using System.CommandLine;
using Pole.Pipeline.External;
using Pole.Runner.Reports;

namespace Pole.Runner.Commands;

/// <summary><c>pole segment EXPERIMENT</c>: a segmentation network from external masks.</summary>
internal static class SegmentCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var masks = new Option<string>("--masks") { Description = "Folder of masks of the training images, ID.png, indexed or grey.", Required = true };
        var output = new Option<string>("--output") { Description = "Folder to write the predicted label maps of the held-out split to.", DefaultValueFactory = _ => "predictions" };
        var machine = new MachineOptions();
        var command = new Command("segment", "Train the segmentation network on masks in a folder, and measure it on the held-out split.") { experiment, masks, output };
        machine.AddTo(command);
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var chosen = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
            LibTorch.Load(chosen);
            var (folder, scores) = machine.Run(parsed, stop, context => FolderSegmentation.Run(chosen, parsed.GetRequiredValue(masks),
                context));
            MaskFolder.Copy(folder, parsed.GetRequiredValue(output));
            ScoreTable.PrintChain(scores, chosen);
        })));
        return command;
    }
}
