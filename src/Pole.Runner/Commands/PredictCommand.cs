using System.CommandLine;
using System.Formats.Tar;
using System.IO.Compression;
using Pole.Data;
using Pole.Data.Imaging;
using Pole.Data.Voc;
using Pole.Pipeline.External;
using Pole.Runner.Comparing;
using Pole.Runner.Runs;
using Pole.Runner.Specs;
using TorchSharp;

namespace Pole.Runner.Commands;

/// <summary><c>pole predict RUN</c>: label maps of images from anywhere, by what a run has trained.</summary>
internal static class PredictCommand
{
    /// <summary>Where VOC's test server looks for label maps of its sixth competition, trained on data from elsewhere.</summary>
    private const string VocFolder = "results/VOC2012/Segmentation/comp6_test_cls", VocFormat = "voc-comp6";

    private static readonly IReadOnlyList<string> VocClasses = DatasetClasses.Of(new Voc12Options());

    private const int ClassesShown = 5;

    private const int Window = 1024, LeastWindow = 64, MostWindow = 16_384;

    /// <summary>On a CPU a batch of images gains nothing: one keeps every core busy.</summary>
    private const int Batch = 1, GpuBatch = 8, MostBatch = 1024;

    public static Command Create(ExperimentSet experiments)
    {
        var name = RunArgument.Create(experiments);
        var images = new Option<string>("--images") { Description = "Folder of images, with folders in it or without.", Required = true };
        var labels = new Option<string?>("--labels") { Description = $"What CAMs need: a table with the columns file and labels, or {PredictionChoice.Automatic} for the classes that the run's classifier sees." };
        var network = new Option<string?>("--network") { Description = "The stage that trained the network, such as baseline, clims or segmentation (default: segmentation where the run has it, else the CAM network that it ends with)." };
        var cams = new Option<string[]>("--cams") { Description = "Write the CAMs too: npy (as IRNet and CLIMS keep them, which evaluate, select and refine read), png (grey), or both.", AllowMultipleArgumentsPerToken = true };
        cams.AcceptOnlyFromAmong("npy", "png");
        var window = new Option<int>("--window") { Description = "Side in pixels up to which an image is seen whole. A segmentation network labels a larger one in windows that overlap; for CAMs it is reduced. Memory grows with its square.", DefaultValueFactory = _ => Window };
        window.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && !(int.TryParse(value, out var side) && side is >= LeastWindow and <= MostWindow)) result.AddError($"--window is {value}; it can be {LeastWindow} to {MostWindow}");
        });
        var batch = new Option<int?>("--batch") { Description = $"Images of one size, or windows of one, that go through the network together at most (default: {Batch}, on a GPU {GpuBatch}). Memory grows with it; values change by rounding alone." };
        batch.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && !(int.TryParse(value, out var count) && count is >= 1 and <= MostBatch)) result.AddError($"--batch is {value}; it can be 1 to {MostBatch}");
        });
        var output = new Option<string>("--output", "--out") { Description = "Folder to write masks, overlays and shares.csv to; an interrupted prediction resumes.", DefaultValueFactory = _ => "predictions" };
        var format = new Option<string>("--format") { Description = $"folder, or {VocFormat}: beside the folder results.tar.gz, as VOC's test server takes it.", DefaultValueFactory = _ => "folder" };
        format.AcceptOnlyFromAmong("folder", VocFormat);
        var (machine, runs) = (new MachineOptions(), RunsOption.Create());
        var command = new Command("predict", "Write label maps of the images of a folder, with the network that a run has trained; the data set need not be there.") { name, images, labels, network, cams, window, batch, output, format, runs };
        machine.AddInferenceTo(command);
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var run = RunArgument.Find(parsed.GetRequiredValue(name), RunsOption.Of(parsed, runs), experiments);
            var experiment = RecordedSpec.Of(run, experiments);
            if (parsed.GetValue(format) == VocFormat) RequireVocClasses(run.Record.KnownClasses(), experiment.Name);
            LibTorch.Load(experiment);
            var target = Path.GetFullPath(parsed.GetRequiredValue(output));
            var formats = (parsed.GetValue(cams) ?? []).Aggregate(CamFormats.None, (all, one) => all | Enum.Parse<CamFormats>(one, ignoreCase: true));
            var masks = machine.Run(parsed, stop, context =>
            {
                var together = parsed.GetValue(batch) ?? (context.Modules.Device.type == DeviceType.CPU ? Batch : GpuBatch);
                var choice = new PredictionChoice(parsed.GetValue(network), parsed.GetValue(labels), parsed.GetValue(window), together, formats);
                using var predictor = new RunPredictor(run, experiment, choice, MachineOptions.StagesFolder(machine.Store(parsed)), context);
                return FolderPrediction.Run(parsed.GetRequiredValue(images), run.Record.KnownClasses(), LabelOverlay.Of(experiment.Dataset), predictor.Origin, predictor.Open, target, predictor.Classifier, formats, together, context);
            });
            Console.WriteLine($"{target}: {masks.Count} label map{(masks.Count == 1 ? "" : "s")}");
            if (parsed.GetValue(format) == VocFormat) Console.WriteLine(Archive(target, masks));
        })));
        return command;
    }

    private static void RequireVocClasses(IReadOnlyList<string> classes, string experiment)
    {
        if (!classes.SequenceEqual(VocClasses))
            throw new ExperimentException($"--format {VocFormat}: VOC's test server takes label maps of VOC's {VocClasses.Count + 1} labels, background and {VocClasses[0]} to {VocClasses[^1]}; {experiment} has {classes.Count} other classes ({string.Join(", ", classes.Take(ClassesShown))}{(classes.Count > ClassesShown ? ", …" : "")}). Leave --format out");
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
