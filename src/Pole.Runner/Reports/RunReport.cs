using System.Globalization;
using Pole.Data;
using Pole.Data.Imaging;
using Pole.Pipeline;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.External;
using Pole.Pipeline.Training;
using Pole.Runner.Comparing;
using Pole.Runner.Reports.Drawing;
using Pole.Runner.Reports.Html;
using Pole.Runner.Runs;
using Pole.Runner.Specs;

namespace Pole.Runner.Reports;

/// <summary>What a run gave, for a person: <c>report.html</c> in its folder.</summary>
internal static class RunReport
{
    public const string FileName = "report.html";

    public static void Write(string folder, Comparison comparison, RunRecord record)
    {
        var (run, result) = (comparison.Runs[^1], comparison.Results[^1]);
        var page = new HtmlPage(record.Experiment).Paragraph(result.Experiment.Description).Cards(Cards(record));
        List<RunRecord> records = [.. comparison.Results.Select(compared => RunRecord.Of(compared, record.Started, record.Ended))];
        foreach (var warning in DifferentInputs.Between(records).Concat(DifferentMachines.Between(records))) page.Paragraph($"Warning: {warning}.");
        if (record.Score is { } score)
            page.Heading("IoU of each class, %").Table(Scores(comparison)).Quiet($"{CamMode.Threshold(score.Threshold)}, without refinement, {score.Images} images of {score.Split}{ScoreTable.Against(score.Masks)}; other steps on the split that is named.");
        else page.Paragraph($"{char.ToUpperInvariant(ScoreTable.NotMeasured[0])}{ScoreTable.NotMeasured[1..]}.");
        if (StepChanges.Draw(record) is { } changes) page.Heading("What each step of the refinement changes, IoU points").Table(changes);
        foreach (var remark in record.Remarks) page.Quiet($"{remark}.");
        page.Heading("CAMs of training images").Quiet("Under each CAM the prompt that CLIP judged it by in training.").Markup(Legend(["background", .. DatasetClasses.Of(result.Experiment.Dataset)])).Markup(TrainingGallery.Draw(comparison).ToString());
        if (result.Images.Count > 0) Extremes(page, run, result);
        var charts = Charts(comparison, record).ToList();
        if (charts.Count > 0) page.Heading("Threshold and names").Charts(charts);
        var curves = TrainingCurves.Draw(MeasurementFile.Read(Path.Combine(folder, MeasurementFile.Name))).ToList();
        if (curves.Count > 0) page.Heading("Losses").Charts(curves);
        page.Heading("Stages").Table(Stages(record));
        page.Heading("Files").Markup(Files(folder, result));
        page.Heading("Data and weights").Quiet("SHA-256 of what the stages read: of lists and of every sample's parts, of each file of weights.").Table(Inputs(record));
        page.Heading("Spec").Quiet($"Fingerprint {record.Fingerprint}. Each value with the file and line that it comes from.").Code(ResolvedSpecText.Of(result.Experiment));
        page.Heading("Environment").Code(File.ReadAllText(Path.Combine(folder, RunEnvironment.FileName)));
        AtomicFile.Write(Path.Combine(folder, FileName), path => File.WriteAllText(path, page.ToString()));
    }

    /// <summary>Links to what the run made: label maps in the store, which experiments share, and what lies beside the report.</summary>
    private static string Files(string folder, ExperimentResult result)
    {
        var maps = LabelMapStage.Of(result.Experiment).SelectMany(maps => result.Stages.Where(stage => stage.Stage == maps.Stage).Select(stage => (maps.Name, Path: maps.In(stage.Folder))));
        var own = new[] { RunFolder.CheckpointsFolder, RunFolder.OutputsFolder }.Select(name => (Name: name, Path: Path.Combine(folder, name)));
        return $"<ul>\n{string.Concat(maps.Select(made => Item(made.Name, new Uri(made.Path).AbsoluteUri, made.Path)).Concat(own.Where(made => Directory.Exists(made.Path)).Select(made => Item(made.Name, $"{made.Name}/", made.Path))))}</ul>\n";

        static string Item(string name, string link, string path) => $"<li>{HtmlPage.Escape(name)}: <a href=\"{HtmlPage.Escape(link)}\">{HtmlPage.Escape(path)}</a></li>\n";
    }

    private static IEnumerable<(string Value, string Meaning)> Cards(RunRecord record)
    {
        if (record.Score is { } score) yield return ($"{Percentage.Of(score.MeanIou)} %", $"mIoU, {CamMode.Threshold(score.Threshold)}, {score.Split}{ScoreTable.Against(score.Masks)}");
        foreach (var step in record.Chain) yield return ($"{Percentage.Of(step.MeanIou)} %", $"mIoU, {ScoreTable.StepName(step.Step, record.Score!.Threshold)}, {step.Split}{ScoreTable.Against(step.Masks)}");
        if (record.GroundTruthNameChosen is { } share) yield return ($"{Percentage.Of(share)} %", "ground-truth name chosen");
        yield return (Duration(record.Ended - record.Started), record.Stages.Count(stage => stage.Stored) is > 0 and var stored ? $"this run; {stored} of {record.Stages.Count} stages were stored" : "this run");
        if (record.Supervision.Count > 0) yield return (string.Join(" + ", ["labels", .. record.Supervision]), "supervision");
        yield return (record.Seed.ToString(CultureInfo.InvariantCulture), "seed");
        if (record.SkippedImages.Count > 0) yield return (record.SkippedImages.Count.ToString(CultureInfo.InvariantCulture), "images skipped, which cannot be read");
    }

    private static HtmlTable Scores(Comparison comparison)
    {
        var columns = comparison.Results.Where(result => result.Score is not null).SelectMany(result => result.Chain.Select(step => (Head: $"{ScoreTable.StepName(step.Step, result.Experiment.Cam.Threshold)} {step.Split} ({ScoreTable.WithSupervision(result.Experiment.Name, ScoreTable.Supervision(result.Experiment))})", step.Iou, step.MeanIou, step.Metrics))
            .Prepend((Head: $"{ScoreTable.MethodName(result.Experiment)}, {CamMode.Threshold(result.Score!.Threshold)} ({result.Experiment.Name})", result.Score.Iou, result.Score.MeanIou, result.Score.Metrics))).ToList();
        var table = new HtmlTable(["label", .. columns.Select(column => column.Head)]);
        var labels = comparison.Results[^1].Score!.Labels;
        for (var label = 0; label < labels.Count; label++) table.Row([labels[label], .. columns.Select(column => HtmlCell.Percent(column.Iou[label]))]);
        table.Mean(["mean", .. columns.Select(column => HtmlCell.Percent(column.MeanIou))]);
        foreach (var metric in columns.SelectMany(column => column.Metrics.Keys).Distinct()) table.Mean([metric, .. columns.Select(column => HtmlCell.Percent(column.Metrics.GetValueOrDefault(metric)))]);
        return table;
    }

    private static void Extremes(HtmlPage page, ExperimentRun run, ExperimentResult result)
    {
        var (worst, best, measured) = ExtremeGallery.Draw(run, result);
        page.Heading($"Worst images of {measured.Split}").Markup(worst.ToString()).Heading($"Best images of {measured.Split}").Markup(best.ToString());
    }

    private static IEnumerable<string> Charts(Comparison comparison, RunRecord record)
    {
        if (record.Score is not null) yield return LineChart.Draw($"mIoU of the CAMs against the threshold, {record.Score.Split}", "background threshold", "mIoU %",
            [.. comparison.OfOwnCams.Select(shown => shown.Result)
                .Select(result => new ChartLine(result.Experiment.Name, [.. result.Thresholds.Where(score => double.IsFinite(score.MeanIou)).Select(score => new ChartPoint(score.Threshold, 100 * score.MeanIou))]))]);
        if (record.GroundTruthNames.Count > 0)
            yield return RadarChart.Draw("Images in which the ground-truth name was chosen", [.. record.GroundTruthNames.Keys], [(record.Experiment, [.. record.GroundTruthNames.Values.Select(share => (double?)share)])]);
    }

    private static string Legend(IReadOnlyList<string> labels) =>
        $"<ul class=\"legend\">{string.Concat(labels.Select((label, index) => (label, Colour: VocPalette.ColourOf((byte)index))).Select(entry => $"<li><i style=\"--colour:rgb({entry.Colour.Red},{entry.Colour.Green},{entry.Colour.Blue})\"></i>{HtmlPage.Escape(entry.label)}</li>"))}</ul>\n";

    private static HtmlTable Stages(RunRecord record)
    {
        var table = new HtmlTable(["stage", "seconds", "result", "key"]);
        foreach (var stage in record.Stages) table.Row(stage.Stage, stage.Stored ? new HtmlCell("", -1) : HtmlCell.Number(stage.Seconds, "f1"), stage.Stored ? "was stored" : "made by this run", stage.Key);
        return table;
    }

    private static HtmlTable Inputs(RunRecord record)
    {
        var table = new HtmlTable(["read", "SHA-256"]);
        foreach (var (name, digest) in record.Inputs) table.Row(name, digest);
        return table;
    }

    private static string Duration(TimeSpan time) => time.TotalMinutes < 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:f0} s") : time.TotalHours < 1 ? $"{time.Minutes} min {time.Seconds} s" : $"{(int)time.TotalHours} h {time.Minutes} min";
}
