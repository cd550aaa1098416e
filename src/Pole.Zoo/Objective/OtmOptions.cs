using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Objective;

/// <summary>Object region and text label matching: the foreground is to look like the prompt of its class (CLIMS, clip_loss.py, SimMaxLoss).</summary>
[PoleModule("otm")]
public sealed record OtmOptions : IModuleOptions<ObjectiveTerm>
{
    /// <summary>Factor in the objective; the default is that of PASCAL VOC.</summary>
    [Range(0.0, 1e6)] public double Weight { get; init; } = 10;

    public ObjectiveTerm Create(ModuleContext context) => new Term(Weight);

    private sealed class Term(double weight) : ObjectiveTerm
    {
        public override double Weight => weight;

        public override JudgedFeatures Reads => JudgedFeatures.Foreground | JudgedFeatures.Prompts;

        public override Tensor Compute(IJudgedBatch batch) => SimilarityLosses.Maximise(CosineSimilarity.OfPairs(batch.Foreground, batch.Prompts));

        /// <summary>Mean cosine of the foreground to the prompt of its class.</summary>
        public override IReadOnlyList<(string Name, Tensor Value)> Observe(IJudgedBatch batch) => [("cosine", CosineSimilarity.OfPairs(batch.Foreground, batch.Prompts).mean())];
    }
}
