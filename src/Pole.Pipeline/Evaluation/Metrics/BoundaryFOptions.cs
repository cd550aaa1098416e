using System.ComponentModel.DataAnnotations;

namespace Pole.Pipeline.Evaluation.Metrics;

/// <summary>F of the labels' outlines (Csurka, Larlus, Perronnin 2013), its mean over labels.</summary>
[PoleModule("boundary-f")]
public sealed record BoundaryFOptions : IModuleOptions<Metric, IReadOnlyList<string>>
{
    /// <summary>Distance within which outlines meet, as a share of the image's diagonal.</summary>
    [Range(0.0001, 0.5)] public double Tolerance { get; init; } = 0.0075;

    public Metric Create(IReadOnlyList<string> below, ModuleContext context) => new BoundaryF(below.Count, Tolerance);

    private sealed class BoundaryF(int labels, double tolerance) : Metric
    {
        public override IReadOnlyList<long> Count(LabelMap truth, LabelMap prediction)
        {
            var score = new BoundaryScore(labels, tolerance);
            score.Add(truth, prediction);
            return score.Counts;
        }

        public override double Value(IReadOnlyList<long> counts) => new BoundaryScore(labels, tolerance, counts).Mean();
    }
}
