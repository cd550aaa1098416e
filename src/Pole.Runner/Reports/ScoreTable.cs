using System.Globalization;
using Pole.Pipeline;
using Pole.Pipeline.Evaluation;
using Spectre.Console;

namespace Pole.Runner.Reports;

/// <summary>IoU per class, one column per experiment, with everything that a number needs to be compared.</summary>
internal static class ScoreTable
{
    public static void Print(Comparison comparison)
    {
        var results = comparison.OfOwnCams.Select(shown => shown.Result).ToList();
        var scores = results.Select(result => result.Score).ToList();
        var choices = results[^1].Choices;
        var table = new Table().Border(TableBorder.Simple).AddColumn("IoU %");
        foreach (var result in results) table.AddColumn(new TableColumn($"{MethodName(result.Experiment)}\n{result.Experiment.Name}").RightAligned());
        if (choices is not null) table.AddColumn(new TableColumn("ground-truth name\nchosen %").RightAligned());

        var shares = choices?.GroundTruthShare();
        foreach (var (label, index) in scores[0].Labels.Select((label, index) => (label, index)))
            table.AddRow([label, .. scores.Select(score => Percentage.Of(score.Iou[index])), .. Share(shares is null ? null : shares.TryGetValue(index - 1, out var share) ? Percentage.Of(share) : "")]);
        table.AddEmptyRow();
        table.AddRow(["mean", .. scores.Select(score => Percentage.Of(score.MeanIou)), .. Share(choices is null ? null : Percentage.Of(choices.All.Average(choice => choice.Index == 0 ? 1.0 : 0.0)))]);
        foreach (var metric in scores.SelectMany(score => score.Metrics.Keys).Distinct()) table.AddRow([metric, .. scores.Select(score => score.Metrics.TryGetValue(metric, out var value) ? Percentage.Of(value) : ""), .. Share(choices is null ? null : "")]);
        AnsiConsole.Write(table);
        foreach (var result in results)
            AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{result.Experiment.Name}: CAM, no refinement, {(result.Experiment.Cam.Source is null ? $"scales {string.Join(" ", result.Experiment.Cam.Scales.Select(scale => scale.ToString(CultureInfo.InvariantCulture)))}" : "training-free")}, threshold {result.Score.Threshold}, split {result.Score.Split} ({result.Score.Images} images), fingerprint {result.Experiment.Fingerprint[..12]}"));
    }

    /// <summary>mIoU, and the experiment's other metrics, after each step of the chain, where an experiment goes beyond CAMs.</summary>
    public static void PrintChain(IReadOnlyList<ExperimentResult> results)
    {
        var chains = results.Where(result => result.Chain.Count > 0).ToList();
        if (chains.Count == 0) return;
        var table = new Table().Border(TableBorder.Simple).AddColumns(chains.Any(result => result.Chain.Any(score => score.Metrics.Count > 0)) ? "%" : "mIoU %", "split");
        foreach (var result in chains) table.AddColumn(new TableColumn(result.Experiment.Name).RightAligned());
        foreach (var (step, split) in chains.OrderByDescending(result => result.Chain.Count).SelectMany(result => result.Chain).Select(score => (score.Step, score.Split)).Distinct())
        {
            Row(chains.Any(result => result.Chain.Any(score => score.Metrics.Count > 0)) ? $"{step}: mIoU" : step, split, step, score => score.MeanIou);
            foreach (var metric in chains.SelectMany(result => result.Chain).Where(score => score.Step == step).SelectMany(score => score.Metrics.Keys).Distinct()) Row($"{step}: {metric}", split, step, score => score.Metrics.GetValueOrDefault(metric));
        }

        AnsiConsole.Write(table);

        void Row(string head, string split, string step, Func<ChainScore, double?> read) =>
            table.AddRow([head, split, .. chains.Select(result => result.Chain.FirstOrDefault(score => score.Step == step) is { } score ? Percentage.Of(read(score)) : "")]);
    }

    /// <summary>mIoU, and the experiment's other metrics, after each step of a chain that was entered with files.</summary>
    public static void PrintChain(IReadOnlyList<ChainScore> chain)
    {
        foreach (var score in chain) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{score.Step}: mIoU {100 * score.MeanIou:f1}{string.Concat(score.Metrics.Select(metric => $", {metric.Key} {Percentage.Of(metric.Value)}"))} on {score.Images} images of {score.Split}"));
    }

    public static string MethodName(Experiment experiment) => experiment.Cam.Source is { } source ? PoleModuleAttribute.NameOf(source) ?? source.GetType().Name : experiment.Clip is null ? "baseline CAM" : experiment.Prompt!.HasChoice ? "POLE" : "CLIMS";

    private static IEnumerable<string> Share(string? cell) => cell is null ? [] : [cell];
}
