using System.CommandLine.Parsing;
using System.CommandLine;
using System.Globalization;
using Pole.Data.Imaging;
using Pole.Data;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.External;
using Pole.Runner.Formats;
using Pole.Runner.Reports;

namespace Pole.Runner.Commands;

/// <summary><c>pole evaluate</c>: measures masks or CAMs from anywhere against ground truth.</summary>
internal static class EvaluateCommand
{
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
        var threshold = new Option<double?>("--threshold") { Description = "Constant background score, 0 to 1. Left out: the experiment's cam.threshold." };
        var gamma = new Option<double[]>("--gamma") { Description = "Powers of the background score (1 − max)^gamma. Left out: 1, 2, 4, 8, 16 and 32.", AllowMultipleArgumentsPerToken = true };
        var crf = new Option<bool>("--crf") { Description = "Also score the constant, the best threshold and the best power after the dense CRF; takes seconds an image, and needs --images." };
        var photographs = new Option<string?>("--images") { Description = "Folder of images, ID.jpg or ID.png, for the CRF." };
        threshold.Validators.Add(result => RequireRange(result, 0, 1));
        gamma.Validators.Add(result => RequireRange(result, 0.1, 1000));
        var command = new Command("cams", "mIoU of CAMs in every way of scoring them: constant and best background threshold, power background, with and without CRF.") { experiment, cams, truth, list, partial, threshold, gamma, crf, photographs };
        command.Validators.Add(result => RequireImages(result, crf, photographs));
        command.SetAction(parsed => Interruption.Run(stop => CommandErrors.Report(() =>
        {
            LibTorch.Load();
            var chosen = ExperimentArgument.Find(experiments, parsed.GetRequiredValue(experiment));
            var (files, images) = EvaluatedFile.Pair(parsed.GetRequiredValue(cams), "npy", parsed.GetRequiredValue(truth), parsed.GetValue(list), parsed.GetValue(partial));
            var gammas = parsed.GetValue(gamma) is { Length: > 0 } given ? given.Distinct().ToList() : CamModeMeasurement.PublishedGammas;
            var measurement = new CamModeMeasurement(files, DatasetClasses.Of(chosen.Dataset).Count, parsed.GetValue(threshold) ?? chosen.Cam.Threshold, gammas);
            var rows = measurement.Run(parsed.GetValue(crf) ? parsed.GetRequiredValue(photographs) : null, stop);
            Console.WriteLine($"{ChainScore.Cam}, threshold: mIoU %");
            foreach (var score in measurement.Thresholds.Where((_, step) => step % 5 == 0)) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{score.Threshold:f2}  {100 * score.MeanIou,5:f1}"));
            CamModeTable.Print(rows);
            Console.WriteLine(Measured(files.Count, images));
            Console.WriteLine(CamModeTable.OwnMode(chosen));
        })));
        return command;
    }

    private static void RequireImages(CommandResult result, Option<bool> crf, Option<string?> images)
    {
        if (result.GetValue(crf) && result.GetValue(images) is null) result.AddError($"{crf.Name} looks at the images: give their folder with {images.Name} DIR");
    }

    private static void RequireRange(OptionResult result, double low, double high)
    {
        foreach (var token in result.Tokens)
            if (double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !(value >= low && value <= high)) result.AddError(FormattableString.Invariant($"{result.Option.Name} {token.Value}: a number from {low} to {high} is expected"));
    }

    private static Option<string> Folder(string name, string description) => new(name) { Description = description, Required = true };

    private static Option<string?> List() => new("--list") { Description = "File with the ids of the images to measure, one a line, as VOC's ImageSets; without it, every image of the ground truth." };

    private static Option<bool> Partial() => new("--partial") { Description = "Leave out images without a prediction, instead of ending with an error." };

    private static string Measured(int files, int images) => files == images ? $"{images} images" : $"{files} of {images} images";

    private static void Print(string[] labels, ConfusionMatrix confusion, BoundaryScore boundaries)
    {
        var table = new TextTable("%").Numbers("IoU", "precision", "recall", "boundary F");
        var rows = labels.Zip(confusion.IntersectionOverUnion()).Zip(confusion.Precision(), confusion.Recall()).Zip(boundaries.F());
        foreach (var (((label, iou), precision, recall), boundary) in rows) table.Row(label, Percentage.Of(iou), Percentage.Of(precision), Percentage.Of(recall), Percentage.Of(boundary));
        table.EmptyRow();
        table.Row("mean", Percentage.Of(confusion.MeanIntersectionOverUnion()), "", "", Percentage.Of(boundaries.Mean()));
        table.Row("mean of foreground", Percentage.Of(confusion.MeanForegroundIntersectionOverUnion()), "", "", "");
        table.Print();
    }
}
