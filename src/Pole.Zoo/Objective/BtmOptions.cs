using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Objective;

/// <summary>Background region and text label matching: what the map leaves out is not to look like the prompt of its class (CLIMS, clip_loss.py, SimMinLoss).</summary>
[PoleModule("btm")]
public sealed record BtmOptions : IModuleOptions<ObjectiveTerm>
{
    /// <summary>Factor in the objective; the default is that of PASCAL VOC.</summary>
    [Range(0.0, 1e6)] public double Weight { get; init; } = 24;

    public ObjectiveTerm Create(ModuleContext context) => new Term(Weight);

    private sealed class Term(double weight) : ObjectiveTerm
    {
        public override double Weight => weight;

        public override JudgedFeatures Reads => JudgedFeatures.Background | JudgedFeatures.Prompts;

        public override Tensor Compute(IJudgedBatch batch) => SimilarityLosses.Minimise(CosineSimilarity.OfPairs(batch.Background, batch.Prompts));

        /// <summary>Mean cosine of the background to the prompt of its class.</summary>
        public override IReadOnlyList<(string Name, Tensor Value)> Observe(IJudgedBatch batch) => [("cosine", CosineSimilarity.OfPairs(batch.Background, batch.Prompts).mean())];
    }
}
