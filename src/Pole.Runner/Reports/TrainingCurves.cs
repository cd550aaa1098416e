using Pole.Pipeline.Training;
using Pole.Runner.Reports.Drawing;

namespace Pole.Runner.Reports;

/// <summary>A chart for each loss and each learnable mixing ratio of each training, from a run's measurements.</summary>
internal static class TrainingCurves
{
    private const int Points = 120;

    public static IEnumerable<string> Draw(IEnumerable<Measurement> measurements) =>
        from stage in measurements.GroupBy(measured => measured.Stage)
        let steps = stage.ToList()
        from name in steps.SelectMany(step => step.Values.Keys).Distinct().Where(name => name.StartsWith("loss", StringComparison.Ordinal) || name.StartsWith("ratio.", StringComparison.Ordinal))
        select LineChart.Draw($"{stage.Key}: {name.Replace("loss.", "loss term ", StringComparison.Ordinal).Replace("ratio.", "mixing ratio of the adaptor of ", StringComparison.Ordinal)}", "step", name, [new ChartLine(name, Smooth([.. steps.Where(step => step.Values.ContainsKey(name))], name))]);

    /// <summary>Means over as many steps as leave few enough points.</summary>
    private static List<ChartPoint> Smooth(List<Measurement> steps, string name) =>
        [.. steps.Chunk(Math.Max(1, (steps.Count + Points - 1) / Points)).Select(chunk => new ChartPoint(chunk.Average(step => step.Step), chunk.Average(step => step.Values[name])))];
}
