namespace Pole.Pipeline.Evaluation.Metrics;

/// <summary>Share of a label's predicted pixels that are right, its mean over the labels that are predicted.</summary>
[PoleModule("precision")]
public sealed record PrecisionOptions : IModuleOptions<Metric, IReadOnlyList<string>>
{
    public Metric Create(IReadOnlyList<string> below, ModuleContext context) => new PixelShare(below.Count, countsTruth: false);
}
