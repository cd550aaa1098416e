using System.CommandLine;
using Pole.Pipeline.External;
using Pole.Pipeline.Inference;
using Pole.Runner.Reports;

namespace Pole.Runner.Commands;

/// <summary><c>pole refine EXPERIMENT</c>: pseudo-masks from external CAMs.</summary>
internal static class RefineCommand
{
    public static Command Create(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var images = new Option<string>("--images") { Description = "Folder of images, ID.jpg or ID.png.", Required = true };
        var cams = new Option<string>("--cams") { Description = "Folder of CAMs, ID.npy, as CLIMS, IRNet and POLE publish them.", Required = true };
        var truth = new Option<string?>("--truth") { Description = "Folder of ground truth, ID.png, to measure with." };
        var output = new Option<string>("--output") { Description = "Folder to write the masks to, ID.png with the VOC palette.", DefaultValueFactory = _ => "masks" };
        var machine = new MachineOptions();
        var command = new Command("refine", "Turn a folder of CAMs into pseudo-masks: learn affinities, then run the random walk.") { experiment, images, cams, truth, output };
        machine.AddTo(command);
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var chosen = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
            LibTorch.Load(chosen);
            if (parsed.GetValue(truth) is { } truthFolder) CountGroundTruth(parsed.GetRequiredValue(cams), truthFolder);
            var (folder, scores, remarks) = machine.Run(parsed, stop, context => FolderRefinement.Run(chosen, parsed.GetRequiredValue(images), parsed.GetRequiredValue(cams),
                parsed.GetValue(truth), context));
            MaskFolder.Copy(folder, parsed.GetRequiredValue(output));
            ScoreTable.PrintChain(scores, chosen);
            foreach (var remark in remarks) Console.WriteLine(remark);
        })));
        return command;
    }

    /// <summary>Says how many images will be measured, before hours of work are spent on it.</summary>
    private static void CountGroundTruth(string camsFolder, string truthFolder)
    {
        var images = InputFiles.In(camsFolder, "npy").Keys.ToList();
        var measured = images.Intersect(InputFiles.In(truthFolder, "png").Keys).Count();
        if (measured == 0) throw new ExperimentException($"{truthFolder} has no ground truth of any image of {camsFolder}, such as {images[0]}.png; leave out --truth to measure nothing");
        if (measured < images.Count) Console.WriteLine($"{measured} of {images.Count} images have ground truth and are measured");
    }
}
