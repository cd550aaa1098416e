using System.CommandLine;
using System.Formats.Tar;
using System.IO.Compression;
using Pole.Pipeline.External;

namespace Pole.Runner.Commands;

/// <summary><c>pole predict EXPERIMENT</c>: label maps of images from anywhere, by what the experiment has trained.</summary>
internal static class PredictCommand
{
    /// <summary>Where VOC's test server looks for label maps of its sixth competition, trained on data from elsewhere.</summary>
    private const string VocFolder = "results/VOC2012/Segmentation/comp6_test_cls";

    public static Command Create(ExperimentSet experiments)
    {
        var experiment = ExperimentArgument.Create(experiments);
        var images = new Option<string>("--images") { Description = "Folder of images, with folders in it or without.", Required = true };
        var labels = new Option<string?>("--labels") { Description = "Table with the columns file and labels: what an experiment without a segmentation network needs." };
        var output = new Option<string>("--output") { Description = "Folder to write masks, overlays and shares.csv to; predictions that are there are gone on with.", DefaultValueFactory = _ => "predictions" };
        var format = new Option<string>("--format") { Description = "folder, or voc-comp6: beside the folder results.tar.gz, as VOC's test server takes it.", DefaultValueFactory = _ => "folder" };
        format.AcceptOnlyFromAmong("folder", "voc-comp6");
        var machine = new MachineOptions();
        var command = new Command("predict", "Write label maps of the images of a folder, with the networks that an experiment has trained.") { experiment, images, labels, output, format };
        machine.AddTo(command);
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var chosen = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
            LibTorch.Load(chosen);
            var target = Path.GetFullPath(parsed.GetRequiredValue(output));
            var masks = machine.Run(parsed, stop, context => FolderPrediction.Run(chosen, parsed.GetRequiredValue(images), parsed.GetValue(labels), target, context));
            Console.WriteLine($"{target}: {masks.Count} label maps");
            if (parsed.GetValue(format) == "voc-comp6") Console.WriteLine(Archive(target, masks));
        })));
        return command;
    }

    /// <returns>The archive.</returns>
    private static string Archive(string folder, IReadOnlyDictionary<string, string> masks)
    {
        var archive = Path.Combine(folder, "results.tar.gz");
        AtomicFile.Write(archive, path =>
        {
            using var compressed = new GZipStream(File.Create(path), CompressionLevel.Optimal);
            using var tar = new TarWriter(compressed, TarEntryFormat.Pax);
            foreach (var (id, mask) in masks) tar.WriteEntry(mask, $"{VocFolder}/{id}.png");
        });
        return archive;
    }
}
