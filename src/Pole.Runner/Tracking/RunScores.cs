using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pole.Pipeline.Evaluation;
using Pole.Runner.Comparing;
using Pole.Runner.Runs;

namespace Pole.Runner.Tracking;

/// <summary>The scores of a run that ended as metrics, 0…1: <c>cam.val.miou</c>, <c>cam.val.iou/fish</c>.</summary>
internal static class RunScores
{
    public static IReadOnlyList<(string Name, double Value)> Of(RunRecord record) => [.. All(record).Where(score => score.Value is not null).Select(score => (score.Name, score.Value!.Value))];

    /// <summary>Tells results apart that one spec gave, from other data or by other code.</summary>
    public static string Digest(RunRecord record) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        [.. record.Inputs.OrderBy(input => input.Key, StringComparer.Ordinal).Select(input => $"{input.Key} {input.Value}"), .. Of(record).Select(score => $"{score.Name} {score.Value.ToString("R", CultureInfo.InvariantCulture)}")]))));

    private static IEnumerable<(string Name, double? Value)> All(RunRecord record)
    {
        foreach (var step in ScoredStep.All(record))
        {
            var prefix = $"{ChainScore.FileNameOf(step.Step)}.{step.Split}";
            yield return ($"{prefix}.miou", step.Of(record)?.MeanIou);
            foreach (var (metric, value) in step.MetricsOf(record)) yield return ($"{prefix}.{metric}", value);
            foreach (var (label, iou) in record.Score!.Labels.Zip(step.IouOf(record))) yield return ($"{prefix}.iou/{label}", iou);
        }

        yield return ("ground-truth-name-chosen", record.GroundTruthNameChosen);
    }
}
