using System.CommandLine;
using System.Globalization;
using Pole.Data.Imaging;
using Pole.Data;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.External;
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
        var (experiment, predictions, truth) = (ExperimentArgument.Create(experiments), Folder("--predictions", "Folder of label maps, ID.png, indexed or grey."), Folder("--truth", "Folder of ground truth, ID.png."));
        var (list, partial) = (List(), Partial());
        var command = new Command("masks", "IoU, precision, recall and boundary F of label maps.") { experiment, predictions, truth, list, partial };
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            string[] labels = ["background", .. DatasetClasses.Of(ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment)).Dataset)];
            var (confusion, boundaries) = (new ConfusionMatrix(labels.Length), new BoundaryScore(labels.Length));
            var (files, images) = EvaluatedFile.Pair(parsed.GetRequiredValue(predictions), "png", parsed.GetRequiredValue(truth), parsed.GetValue(list), parsed.GetValue(partial));
            foreach (var (actual, guess) in ReadAhead.Run(files.Count, Environment.ProcessorCount, stop, index => (ImageCodec.ReadLabels(files[index].Truth), ImageCodec.ReadLabels(files[index].Prediction))))
            {
                confusion.Add(actual, guess);
                boundaries.Add(actual, guess);
            }

            Print(labels, confusion, boundaries);
            Console.WriteLine(Measured(files.Count, images));
        })));
        return command;
    }

    private static Command CreateCams(ExperimentSet experiments)
    {
        var (experiment, cams, truth) = (ExperimentArgument.Create(experiments), Folder("--cams", "Folder of CAMs, ID.npy."), Folder("--truth", "Folder of ground truth, ID.png."));
        var (list, partial) = (List(), Partial());
        var command = new Command("cams", "mIoU of CAMs at every background threshold from 0 to 0.99, and the best.") { experiment, cams, truth, list, partial };
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            LibTorch.Load();
            var classes = DatasetClasses.Of(ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment)).Dataset).Count;
            var sweep = new ThresholdSweep(classes + 1, [.. Enumerable.Range(0, GridSteps).Select(step => step / (double)GridSteps)]);
            var (files, images) = EvaluatedFile.Pair(parsed.GetRequiredValue(cams), "npy", parsed.GetRequiredValue(truth), parsed.GetValue(list), parsed.GetValue(partial));
            foreach (var file in files)
            {
                stop.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var (actual, cam) = (ImageCodec.ReadLabels(file.Truth), CamFile.Read(file.Prediction, classes));
                if (cam.Classes.Count > 0) actual.RequireSize((int)cam.HighResolution.shape[2], (int)cam.HighResolution.shape[1], file.Prediction);
                sweep.Add(actual, cam.HighResolution.ToFloats(), cam.Classes);
            }

            var results = sweep.Results().Select(result => (result.Threshold, Score: result.Confusion.MeanIntersectionOverUnion())).ToList();
            foreach (var (threshold, score) in results.Where((_, step) => step % 5 == 0)) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{threshold:f2}  {100 * score,5:f1}"));
            var best = results.MaxBy(result => result.Score);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"best mIoU {100 * best.Score:f1} at threshold {best.Threshold:f2}, {Measured(files.Count, images)}"));
        })));
        return command;
    }

    private static Option<string> Folder(string name, string description) => new(name) { Description = description, Required = true };

    private static Option<string?> List() => new("--list") { Description = "File with the ids of the images to measure, one a line, as VOC's ImageSets; without it, every image of the ground truth." };

    private static Option<bool> Partial() => new("--partial") { Description = "Leave out images without a prediction, instead of ending with an error." };

    private static string Measured(int files, int images) => files == images ? $"{images} images" : $"{files} of {images} images";

    private static void Print(string[] labels, ConfusionMatrix confusion, BoundaryScore boundaries)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("%", "IoU", "precision", "recall", "boundary F");
        foreach (var column in table.Columns.Skip(1)) column.RightAligned();
        var rows = labels.Zip(confusion.IntersectionOverUnion()).Zip(confusion.Precision(), confusion.Recall()).Zip(boundaries.F());
        foreach (var (((label, iou), precision, recall), boundary) in rows) table.AddRow(label, Percentage.Of(iou), Percentage.Of(precision), Percentage.Of(recall), Percentage.Of(boundary));
        table.AddEmptyRow();
        table.AddRow("mean", Percentage.Of(confusion.MeanIntersectionOverUnion()), "", "", Percentage.Of(boundaries.Mean()));
        table.AddRow("mean of foreground", Percentage.Of(confusion.MeanForegroundIntersectionOverUnion()), "", "", "");
        AnsiConsole.Write(table);
    }
}
