using System.CommandLine;
using System.Globalization;
using Pole.Data.Folders;
using Pole.Data.Imaging;
using Pole.Pipeline;
using Pole.Pipeline.Exporting;
using Pole.Runner.Comparing;
using Pole.Runner.Exporting;
using Pole.Runner.Runs;
using Pole.Runner.Specs;
using Pole.Zoo.Weights;

namespace Pole.Runner.Commands;

/// <summary><c>pole export RUN</c>: a network that a run has trained, in a file that other programs read, with its model card.</summary>
internal static class ExportCommand
{
    private static readonly Dictionary<string, ExportFormat> Formats = new(StringComparer.Ordinal) { ["safetensors"] = ExportFormat.Safetensors, ["onnx"] = ExportFormat.Onnx, ["pytorch"] = ExportFormat.PyTorch };

    private const int MostImages = 4;

    public static Command Create(ExperimentSet experiments)
    {
        var name = RunArgument.Create(experiments);
        var format = new Option<string>("--format") { Description = "safetensors; pytorch, a state dictionary; or onnx, weights and graph. Names of weights are those of the published implementation.", Required = true };
        format.AcceptOnlyFromAmong([.. Formats.Keys]);
        var network = new Option<string?>("--network") { Description = "The stage that trained the network, such as baseline, clims or segmentation (default: segmentation where the experiment has it, else the CAM network that it ends with)." };
        var output = new Option<string?>("--output") { Description = "The file to write, with its model card beside it (default: the experiment's name and the stage, in the current folder)." };
        var check = new Option<bool>("--check") { Description = "Run the ONNX model in ONNX Runtime on images and compare it with torch; needs the package Microsoft.ML.OnnxRuntime." };
        var images = new Option<string?>("--images") { Description = "Folder of images for --check (default: the held-out split of the data set, which then has to be there)." };
        var (machine, runs) = (new MachineOptions(), RunsOption.Create());
        var command = new Command("export", "Write a trained network as safetensors, PyTorch state dictionary or ONNX model, with a model card.") { name, format, network, output, check, images, runs };
        machine.AddInferenceTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(check) && result.GetValue(format) != "onnx") result.AddError("--check is for --format onnx");
            if (result.GetValue(images) is not null && !result.GetValue(check)) result.AddError("--images is for --check");
        });
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            var run = RunArgument.Find(parsed.GetRequiredValue(name), RunsOption.Of(parsed, runs), experiments);
            var experiment = RecordedSpec.Of(run, experiments);
            var chosen = Formats[parsed.GetRequiredValue(format)];
            if (parsed.GetValue(check)) OnnxRuntimeCheck.Require();
            LibTorch.Load(experiment);
            var networks = new RunNetworks(run, MachineOptions.StagesFolder(machine.Store(parsed)));
            foreach (var line in machine.Run(parsed, stop, context =>
            {
                using var opened = StoredNetwork.Open(experiment, parsed.GetValue(network), run.Record.KnownClasses(), stage => networks.Require(stage).File, context.Modules);
                return Export(experiment, opened, chosen, parsed.GetValue(output), parsed.GetValue(check) ? () => Images(experiment, parsed.GetValue(images), context) : null, run, CommandLine(parsed), context);
            }))
                Console.WriteLine(line);
        })));
        return command;
    }

    /// <returns>What was written.</returns>
    /// <param name="images">To check the model on; null where it is not checked.</param>
    private static IReadOnlyList<string> Export(Experiment experiment, StoredNetwork network, ExportFormat format, string? output, Func<IReadOnlyList<Func<RgbImage>>>? images, StoredRun run, string commandLine, RunContext context)
    {
        var path = Path.GetFullPath(output ?? $"{experiment.Name.Replace('/', '-')}-{network.Stage}{NetworkExport.ExtensionOf(format)}");
        if (Directory.Exists(path)) throw new ExperimentException($"{path} is a folder; give a file with --output");
        OnnxRuntimeCheck? check = null;
        Directory.CreateDirectory(GivenFolder.Of("--output", Path.GetDirectoryName(path)!));
        AtomicFile.Write(path, target =>
        {
            Write(target, network, experiment, run.Record.Fingerprint, format);
            if (images is not null) context.Progress.Stage("check", progress => check = OnnxRuntimeCheck.Run(target, network, images(), progress, context.Cancellation));
            context.Cancellation.ThrowIfCancellationRequested();
            if (File.Exists(path) && FileHash.Sha256(path) != FileHash.Sha256(target)) throw new ExperimentException($"{path} is there already and is something else; move it away, or give another file with --output");
            if (!ModelCard.MayReplace(ModelCard.PathOf(path), FileHash.Sha256(target))) throw new ExperimentException($"{ModelCard.PathOf(path)} is there already and is not the card of this network, which goes there; move it away, or give another file with --output");
        });
        var digest = FileHash.Sha256(path);
        new ModelCard(experiment, network, format, Path.GetFileName(path), digest, run, check, commandLine).Write(ModelCard.PathOf(path));
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"{path}: the network of {network.Stage}, {new FileInfo(path).Length:n0} bytes, SHA-256 {digest}"),
            .. check is null ? Array.Empty<string>() : [$"ONNX Runtime {check.Version}: largest difference {check.Largest} on {check.Images} images"],
            ModelCard.PathOf(path),
        ];
    }

    /// <summary>From all over a folder, or the held-out split.</summary>
    private static IReadOnlyList<Func<RgbImage>> Images(Experiment experiment, string? folder, RunContext context)
    {
        if (folder is not null) return Spread([.. ImageFiles.Below(folder, []).Values.Select(file => (Func<RgbImage>)(() => ImageCodec.ReadRgb(file, new ImageDecoding { Oriented = true })))]);
        var dataset = experiment.Dataset.Create(context.Modules);
        context.Progress.Stage("data", progress => dataset.Prepare(progress, context.Cancellation));
        return Spread([.. dataset.Samples(dataset.EvaluationSplit).Select(sample => (Func<RgbImage>)sample.LoadImage)]);
    }

    private static IReadOnlyList<Func<RgbImage>> Spread(IReadOnlyList<Func<RgbImage>> all) => [.. Enumerable.Range(0, Math.Min(MostImages, all.Count)).Select(index => all[index * all.Count / Math.Min(MostImages, all.Count)])];

    private static void Write(string path, StoredNetwork network, Experiment experiment, string fingerprint, ExportFormat format)
    {
        try
        {
            NetworkExport.Write(path, network, experiment.Name, fingerprint, format);
        }
        catch (OnnxExportException exception)
        {
            throw new ExperimentException($"{Place(experiment, exception)}{exception.Message}", exception);
        }
    }

    /// <summary>Where the spec names the module that cannot be exported; empty where no key does.</summary>
    private static string Place(Experiment experiment, OnnxExportException exception)
    {
        string[] keys = exception.Module switch
        {
            CamNetwork => ["cam.network"],
            SegmentationNetwork => ["segmentation.network"],
            Backbone => ["segmentation.backbone", "backbone"],
            _ => [],
        };
        return keys.Select(experiment.Origins.Of).FirstOrDefault(origin => origin is not null) is { } origin ? $"{origin.File}({origin.Line},{origin.Column}): " : "";
    }

    /// <summary>As it was given, for a shell.</summary>
    private static string CommandLine(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("pole").Select(word => word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=+,".Contains(letter, StringComparison.Ordinal)) ? word : ShellText.Quote(word)));
}
