using System.CommandLine;
using System.Globalization;
using Pole.Data;
using Pole.Data.Imaging;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Runner.Reports;
using Spectre.Console;
using static TorchSharp.torch;

namespace Pole.Runner.Commands;

/// <summary><c>pole evaluate</c>: measures masks or CAMs from anywhere against ground truth.</summary>
internal static class EvaluateCommand
{
    private const int GridSteps = 100;

    public static Command Create(ExperimentSet experiments) =>
        new("evaluate", "Measure masks or CAMs from anywhere against ground truth.") { CreateMasks(experiments), CreateCams(experiments) };

    private static Command CreateMasks(ExperimentSet experiments)
    {
        var (experiment, predictions, truth) = (ExperimentArgument.Create(experiments), Folder("--predictions", "Folder of label maps, ID.png with the VOC palette or grey."), Folder("--truth", "Folder of ground truth, ID.png."));
        var command = new Command("masks", "IoU, precision, recall and boundary F of label maps.") { experiment, predictions, truth };
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            string[] labels = ["background", .. DatasetClasses.Of(ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment)).Dataset)];
            var (confusion, boundaries) = (new ConfusionMatrix(labels.Length), new BoundaryScore(labels.Length));
            var files = FilesOf.Folder(parsed.GetRequiredValue(predictions), "png");
            foreach (var (file, actual, guess) in ReadAhead.Run(files.Count, Environment.ProcessorCount, stop, index => (files[index], ImageCodec.ReadLabels(Truth(files[index], parsed.GetRequiredValue(truth))), ImageCodec.ReadLabels(files[index]))))
            {
                Measure(file, () => confusion.Add(actual, guess));
                Measure(file, () => boundaries.Add(actual, guess));
            }

            Print(labels, confusion, boundaries, files.Count);
        })));
        return command;
    }

    private static Command CreateCams(ExperimentSet experiments)
    {
        var (experiment, cams, truth) = (ExperimentArgument.Create(experiments), Folder("--cams", "Folder of CAMs, ID.npy."), Folder("--truth", "Folder of ground truth, ID.png."));
        var command = new Command("cams", "mIoU of CAMs at every background threshold from 0 to 0.99, and the best.") { experiment, cams, truth };
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            LibTorch.Load();
            var labels = DatasetClasses.Of(ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment)).Dataset).Count + 1;
            var sweep = new ThresholdSweep(labels, [.. Enumerable.Range(0, GridSteps).Select(step => step / (double)GridSteps)]);
            var files = FilesOf.Folder(parsed.GetRequiredValue(cams), "npy");
            foreach (var file in files)
            {
                stop.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var actual = ImageCodec.ReadLabels(Truth(file, parsed.GetRequiredValue(truth)));
                var cam = CamFile.Read(file);
                Measure(file, () => sweep.Add(actual, cam.HighResolution.ToFloats(), cam.Classes));
            }

            var results = sweep.Results().Select(result => (result.Threshold, Score: result.Confusion.MeanIntersectionOverUnion())).ToList();
            foreach (var (threshold, score) in results.Where((_, step) => step % 5 == 0)) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{threshold:f2}  {100 * score,5:f1}"));
            var best = results.MaxBy(result => result.Score);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"best mIoU {100 * best.Score:f1} at threshold {best.Threshold:f2}, {files.Count} images"));
        })));
        return command;
    }

    private static Option<string> Folder(string name, string description) => new(name) { Description = description, Required = true };

    private static string Truth(string file, string folder) => Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}.png");

    private static void Measure(string file, Action add)
    {
        try
        {
            add();
        }
        catch (ArgumentException exception)
        {
            throw new ExperimentException($"{file}: {exception.Message}", exception);
        }
    }

    private static void Print(string[] labels, ConfusionMatrix confusion, BoundaryScore boundaries, int images)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("%", "IoU", "precision", "recall", "boundary F");
        foreach (var column in table.Columns.Skip(1)) column.RightAligned();
        var rows = labels.Zip(confusion.IntersectionOverUnion()).Zip(confusion.Precision(), confusion.Recall()).Zip(boundaries.F());
        foreach (var (((label, iou), precision, recall), boundary) in rows) table.AddRow(label, Percentage.Of(iou), Percentage.Of(precision), Percentage.Of(recall), Percentage.Of(boundary));
        table.AddEmptyRow();
        table.AddRow("mean", Percentage.Of(confusion.MeanIntersectionOverUnion()), "", "", Percentage.Of(boundaries.Mean()));
        table.AddRow("mean of foreground", Percentage.Of(confusion.MeanForegroundIntersectionOverUnion()), "", "", "");
        AnsiConsole.Write(table);
        Console.WriteLine($"{images} images");
    }
}
