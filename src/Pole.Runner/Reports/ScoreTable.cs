using System.Globalization;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline;
using Pole.Runner.Formats;

namespace Pole.Runner.Reports;

/// <summary>IoU per class, one column per experiment, with everything that a number needs to be compared.</summary>
internal static class ScoreTable
{
    /// <summary>Of an experiment without a score.</summary>
    public const string NotMeasured = "nothing was measured, since the data set has no label maps";

    public static void Print(Comparison comparison)
    {
        var results = comparison.OfOwnCams.Select(shown => shown.Result).Where(result => result.Score is not null).ToList();
        foreach (var (_, result) in comparison.OfOwnCams.Where(shown => shown.Result.Score is null)) Console.WriteLine($"{result.Experiment.Name}: {NotMeasured}");
        if (results.Count == 0) return;
        var scores = results.Select(result => result.Score!).ToList();
        var choices = results[^1].Choices;
        var table = new TextTable("IoU %").Numbers(results.Select(result => $"{MethodName(result.Experiment)}\n{result.Experiment.Name}\n{CamMode.Threshold(result.Score!.Threshold)}"));
        if (choices is not null) table.Numbers("ground-truth name\nchosen %");

        var shares = choices?.GroundTruthShare();
        foreach (var (label, index) in scores[0].Labels.Select((label, index) => (label, index)))
            table.Row([label, .. scores.Select(score => Percentage.Of(score.Iou[index])), .. Share(shares is null ? null : shares.TryGetValue(index - 1, out var share) ? Percentage.Of(share) : "")]);
        table.EmptyRow();
        table.Row(["mean", .. scores.Select(score => Percentage.Of(score.MeanIou)), .. Share(choices is null ? null : Percentage.Of(choices.All.Average(choice => choice.Index == 0 ? 1.0 : 0.0)))]);
        foreach (var metric in scores.SelectMany(score => score.Metrics.Keys).Distinct()) table.Row([metric, .. scores.Select(score => score.Metrics.TryGetValue(metric, out var value) ? Percentage.Of(value) : ""), .. Share(choices is null ? null : "")]);
        table.Print();
        foreach (var (result, score) in results.Zip(scores))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{result.Experiment.Name}: {CamMode.Threshold(score.Threshold)}, no refinement, {(result.Experiment.Cam.Source is null ? $"scales {string.Join(" ", result.Experiment.Cam.Scales.Select(scale => scale.ToString(CultureInfo.InvariantCulture)))}" : "training-free")}, split {score.Split} ({score.Images} images{Against(score.Masks)}), fingerprint {result.Experiment.Fingerprint[..12]}"));
    }

    /// <summary>mIoU, and the experiment's other metrics, after each step of the chain, where an experiment goes beyond CAMs.</summary>
    public static void PrintChain(IReadOnlyList<ExperimentResult> results)
    {
        var chains = results.Where(result => result.Chain.Count > 0).ToList();
        if (chains.Count == 0) return;
        var table = new TextTable(chains.Any(result => result.Chain.Any(score => score.Metrics.Count > 0)) ? "%" : "mIoU %", "split").Numbers(chains.Select(result => string.Join("\n+ ", [result.Experiment.Name, .. Supervision(result.Experiment)])));
        foreach (var (step, split) in chains.OrderByDescending(result => result.Chain.Count).SelectMany(result => result.Chain).Select(score => (score.Step, score.Split)).Distinct())
        {
            var head = step == ChainScore.Cam ? $"{step}, threshold {string.Join(" or ", chains.Select(result => result.Experiment.Cam.Threshold).Distinct().Select(threshold => threshold.ToString(CultureInfo.InvariantCulture)))}" : step;
            Row(chains.Any(result => result.Chain.Any(score => score.Metrics.Count > 0)) ? $"{head}: mIoU" : head, split, step, score => score.MeanIou);
            foreach (var metric in chains.SelectMany(result => result.Chain).Where(score => score.Step == step).SelectMany(score => score.Metrics.Keys).Distinct()) Row($"{head}: {metric}", split, step, score => score.Metrics.GetValueOrDefault(metric));
        }

        table.Print();
        foreach (var (split, masks) in chains.SelectMany(result => result.Chain).Where(score => score.Masks is not null).Select(score => (score.Split, score.Masks)).Distinct()) Console.WriteLine($"split {split}: masks {masks}");
        foreach (var (result, remark) in chains.SelectMany(result => result.Remarks.Select(remark => (result, remark)))) Console.WriteLine($"{result.Experiment.Name}: {remark}");

        void Row(string head, string split, string step, Func<ChainScore, double?> read) =>
            table.Row([head, split, .. chains.Select(result => result.Chain.FirstOrDefault(score => score.Step == step) is { } score ? Percentage.Of(read(score)) : "")]);
    }

    /// <summary>mIoU, and the experiment's other metrics, after each step of a chain that was entered with files.</summary>
    public static void PrintChain(IReadOnlyList<ChainScore> chain, Experiment experiment)
    {
        foreach (var score in chain) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{StepName(score.Step, experiment.Cam.Threshold)}: mIoU {100 * score.MeanIou:f1}{string.Concat(score.Metrics.Select(metric => $", {metric.Key} {Percentage.Of(metric.Value)}"))} on {score.Images} images of {score.Split}{Against(score.Masks)}"));
    }

    /// <summary>A step as a heading says it: CAMs with the mode that they are scored by.</summary>
    public static string StepName(string step, double threshold) => step == ChainScore.Cam ? CamMode.Threshold(threshold) : step;

    /// <summary>The masks of a score, after its number of images.</summary>
    public static string Against(string? masks) => masks is null ? "" : $", masks {masks}";

    public static string MethodName(Experiment experiment) => experiment.Cam.Source is { } source ? PoleModuleAttribute.NameOf(source) ?? source.GetType().Name : experiment.Clip is null ? "baseline CAM" : experiment.Objective is { ReadsLearntBackgrounds: true } ? SemplesOn(experiment.Backbone!) : experiment.Objective is { MinMaxConstant: not null } normalised ? TermsOf(normalised) : experiment.Prompt!.HasChoice ? "POLE" : "CLIMS";

    /// <summary>CLIMS has the sigmoid of its maps.</summary>
    private static string TermsOf(ObjectiveOptions objective) => $"{string.Join(" + ", objective.Terms.Select(term => ObjectiveOptions.NameOf(term).ToUpperInvariant()))}, min-max maps";

    /// <summary>The published network is another, so that the name says which it is here.</summary>
    private static string SemplesOn(IModuleOptions<Backbone> backbone) => PoleModuleAttribute.NameOf(backbone) is var name && name?.Contains("resnet", StringComparison.Ordinal) == true ? "SemPLeS terms on a ResNet" : $"SemPLeS terms on {name}";

    /// <summary>The method of a whole run, with the supervision that its refinement adds: <c>POLE + SAM masks</c>. CAMs have none of it.</summary>
    public static string RunMethodName(Experiment experiment) => WithSupervision(MethodName(experiment), Supervision(experiment));

    /// <summary>A name, and what is added to image-level labels: <c>shapes/pole + SAM masks</c>.</summary>
    public static string WithSupervision(string name, IReadOnlyList<string> supervision) => string.Join(" + ", [name, .. supervision]);

    /// <summary>What the refinement adds to image-level labels; empty for nothing.</summary>
    public static IReadOnlyList<string> Supervision(Experiment experiment) => [.. (experiment.Refinement?.Steps ?? []).OfType<IAddsSupervision>().Select(step => step.Supervision).Distinct()];

    private static IEnumerable<string> Share(string? cell) => cell is null ? [] : [cell];
}
