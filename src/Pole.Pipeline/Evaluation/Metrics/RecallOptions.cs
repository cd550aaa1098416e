namespace Pole.Pipeline.Evaluation.Metrics;

/// <summary>Share of a label's true pixels that are found, its mean over the labels of the ground truth.</summary>
[PoleModule("recall")]
public sealed record RecallOptions : IModuleOptions<Metric, IReadOnlyList<string>>
{
    public Metric Create(IReadOnlyList<string> below, ModuleContext context) => new PixelShare(below.Count, countsTruth: true);
}
