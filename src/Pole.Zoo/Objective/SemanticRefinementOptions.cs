using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Objective;

/// <summary>Prompt-guided semantic refinement (SemPLeS, Lin et al. 2025): −log(1 − cosine of the foreground to the background prompt that was learnt for its class), clamped to 1e-4…0.9999. What CBS does with a list of backgrounds for all classes, with one learnt for each.</summary>
[PoleModule("semantic-refinement")]
public sealed record SemanticRefinementOptions : IModuleOptions<ObjectiveTerm>, IReadsLearntBackgrounds
{
    /// <summary>Factor in the objective; the default is that of PASCAL VOC, 0.2 that of COCO.</summary>
    [Range(0.0, 1e6)] public double Weight { get; init; } = 0.05;

    public ObjectiveTerm Create(ModuleContext context) => new Term(Weight);

    private sealed class Term(double weight) : ObjectiveTerm
    {
        public override double Weight => weight;

        public override JudgedFeatures Reads => JudgedFeatures.Foreground | JudgedFeatures.ClassBackgrounds;

        public override Tensor Compute(IJudgedBatch batch) => SimilarityLosses.Minimise(CosineSimilarity.OfPairs(batch.Foreground, batch.ClassBackgrounds));

        /// <summary>Mean cosine of the foreground to the background prompt of its class.</summary>
        public override IReadOnlyList<(string Name, Tensor Value)> Observe(IJudgedBatch batch) => [("cosine", CosineSimilarity.OfPairs(batch.Foreground, batch.ClassBackgrounds).mean())];
    }
}
