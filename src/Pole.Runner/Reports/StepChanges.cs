using System.Globalization;
using Pole.Pipeline.Evaluation;
using Pole.Runner.Reports.Html;
using Pole.Runner.Runs;

namespace Pole.Runner.Reports;

/// <summary>The IoU of each class after a step of the refinement, less that before it.</summary>
internal static class StepChanges
{
    /// <returns>A column for each step that begins with another on the same images; null where there is none.</returns>
    public static HtmlTable? Draw(RunRecord record)
    {
        var steps = record.Chain.Zip(record.Chain.Skip(1), (before, after) => (Before: before, After: after)).Where(pair => pair.Before.Split == pair.After.Split && IsFollowedBy(pair.Before.Step, pair.After.Step)).ToList();
        if (record.Score is not { } score || steps.Count == 0) return null;
        var table = new HtmlTable(["label", .. steps.Select(step => $"{step.After.Step} less {step.Before.Step}, {step.After.Split}")]);
        for (var label = 0; label < score.Labels.Count; label++) table.Row([score.Labels[label], .. steps.Select(step => Points(step.After.Iou[label] - step.Before.Iou[label]))]);
        return table.Mean(["mean", .. steps.Select(step => Points(step.After.MeanIou - step.Before.MeanIou))]);
    }

    /// <summary>A name of a step has those of the steps before it; the CAMs are in none.</summary>
    private static bool IsFollowedBy(string before, string after) => before == ChainScore.Cam ? !after.Contains(" + ", StringComparison.Ordinal) : after.StartsWith($"{before} + ", StringComparison.Ordinal);

    private static HtmlCell Points(double? difference) => difference is { } given && double.IsFinite(given) ? new HtmlCell((100 * given).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture), given) : new HtmlCell(Percentage.Of(null), 0);
}
