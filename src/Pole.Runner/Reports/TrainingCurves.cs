using Pole.Pipeline.Training;
using Pole.Runner.Reports.Drawing;

namespace Pole.Runner.Reports;

/// <summary>A chart for each loss of each training, and for whatever else it observed, from a run's measurements.</summary>
internal static class TrainingCurves
{
    private const int Points = 120;

    public static IEnumerable<string> Draw(IEnumerable<Measurement> measurements) =>
        from stage in measurements.GroupBy(measured => measured.Stage)
        let steps = stage.ToList()
        from name in steps.SelectMany(step => step.Values.Keys).Distinct().Where(name => !name.StartsWith("rate.", StringComparison.Ordinal))
        select LineChart.Draw($"{stage.Key}: {Title(name)}", "step", name, [new ChartLine(name, Smooth([.. steps.Where(step => step.Values.ContainsKey(name))], name))]);

    private static string Title(string name) => name switch
    {
        "otm.cosine" => "mean cosine of the foreground to its prompt",
        "btm.cosine" => "mean cosine of the background to the prompt",
        "cbs.active" => "share of active CBS pairs",
        "contrastive-prompt.background" => "mean cosine of the background prompt to the background",
        "contrastive-prompt.name" => "mean cosine of the background prompt to the prompt of its class",
        "semantic-refinement.cosine" => "mean cosine of the foreground to the background prompt of its class",
        _ => name.Replace("loss.", "loss term ", StringComparison.Ordinal).Replace("ratio.", "mixing ratio of the adaptor of ", StringComparison.Ordinal),
    };

    /// <summary>Means over as many steps as leave few enough points.</summary>
    private static List<ChartPoint> Smooth(List<Measurement> steps, string name) =>
        [.. steps.Chunk(Math.Max(1, (steps.Count + Points - 1) / Points)).Select(chunk => new ChartPoint(chunk.Average(step => step.Step), chunk.Average(step => step.Values[name])))];
}
