using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Objective;

/// <summary>Contrastive prompt learning (SemPLeS, Lin et al. 2025): the background prompt of a class is to be near to what its maps leave out and far from its name, −log cosine to the background + λ · log cosine to the prompt of the class, both clamped to 1e-4…0.9999. For the objective of the stage <c>background-prompts</c>.</summary>
[PoleModule("contrastive-prompt")]
public sealed record ContrastivePromptOptions : IModuleOptions<ObjectiveTerm>, IReadsLearntBackgrounds
{
    /// <summary>Factor in the objective.</summary>
    [Range(0.0, 1e6)] public double Weight { get; init; } = 1;

    /// <summary>λ, the factor of the part that keeps the prompt from the name; the default is that of PASCAL VOC, 0.01 that of COCO.</summary>
    [Range(0.0, 1e6)] public double NameWeight { get; init; } = 0.02;

    public ObjectiveTerm Create(ModuleContext context) => new Term(Weight, NameWeight);

    private sealed class Term(double weight, double nameWeight) : ObjectiveTerm
    {
        public override double Weight => weight;

        public override JudgedFeatures Reads => JudgedFeatures.Background | JudgedFeatures.Prompts | JudgedFeatures.ClassBackgrounds;

        public override Tensor Compute(IJudgedBatch batch)
        {
            using var scope = NewDisposeScope();
            var near = SimilarityLosses.Maximise(CosineSimilarity.OfPairs(batch.Background, batch.ClassBackgrounds));
            var far = SimilarityLosses.Maximise(CosineSimilarity.OfPairs(batch.Prompts, batch.ClassBackgrounds));
            return (near - nameWeight * far).MoveToOuterDisposeScope();
        }

        /// <summary>Mean cosines of the background prompt to what the maps leave out, and to the prompt of its class.</summary>
        public override IReadOnlyList<(string Name, Tensor Value)> Observe(IJudgedBatch batch) =>
            [("background", CosineSimilarity.OfPairs(batch.Background, batch.ClassBackgrounds).mean()), ("name", CosineSimilarity.OfPairs(batch.Prompts, batch.ClassBackgrounds).mean())];
    }
}
