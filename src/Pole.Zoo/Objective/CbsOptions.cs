using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Objective;

/// <summary>Co-occurring background suppression: the foreground is not to look like a background prompt (CLIMS, clip_loss.py, BackgroundSuppressionLoss).</summary>
[PoleModule("cbs")]
public sealed record CbsOptions : IModuleOptions<ObjectiveTerm>, ICrossChecked
{
    /// <summary>Factor in the objective; the default is that of PASCAL VOC.</summary>
    [Range(0.0, 1e6)] public double Weight { get; init; } = 1;

    /// <summary>Cosine similarity above which a background prompt counts as seen in the foreground; the default is that of PASCAL VOC.</summary>
    [Range(-1.0, 1.0)] public double Threshold { get; init; } = 0.26;

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (experiment.Prompt is { Backgrounds.Count: 0 }) yield return new SpecConflict(path, "the term 'cbs' compares the foreground with prompt.backgrounds, which is empty: list backgrounds, or leave the term out");
    }

    public ObjectiveTerm Create(ModuleContext context) => new Term(Weight, Threshold);

    private sealed class Term(double weight, double threshold) : ObjectiveTerm
    {
        public override double Weight => weight;

        public override JudgedFeatures Reads => JudgedFeatures.Foreground | JudgedFeatures.BackgroundPrompts;

        public override Tensor Compute(IJudgedBatch batch) => SimilarityLosses.SuppressAbove(CosineSimilarity.Between(batch.Foreground, batch.BackgroundPrompts), threshold);

        /// <summary>Share of the pairs of a foreground and a background prompt that are above the threshold: the others have no gradient.</summary>
        public override IReadOnlyList<(string Name, Tensor Value)> Observe(IJudgedBatch batch) =>
            [("active", CosineSimilarity.Between(batch.Foreground, batch.BackgroundPrompts).gt(threshold).to(batch.Foreground.dtype).mean())];
    }
}
