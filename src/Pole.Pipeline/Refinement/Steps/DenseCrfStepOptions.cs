using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Pole.Pipeline.Evaluation;

namespace Pole.Pipeline.Refinement.Steps;

/// <summary>A dense CRF (Krähenbühl and Koltun 2011) of the labels that the step before gives, or of the CAMs.</summary>
[PoleModule("dense-crf")]
public sealed record DenseCrfStepOptions : DenseCrfOptions, IModuleOptions<RefinementStep, RefinementBase>, IStartsFromCams, ILeavesPixelsOut
{
    /// <summary>Refine the CAMs instead of labels, against a background score of (1 − the strongest CAM) to this power; 1 in CLIP-ES. Left out: labels are refined.</summary>
    [Range(0.1, 1000.0), MutuallyExclusiveWith(nameof(LabelConfidence))] public double? BackgroundPower { get; init; }

    /// <summary>Segmentation does not learn from pixels whose likeliest label has a lower marginal, 0.95 in CLIP-ES; they are measured like all others. Left out: it learns from every pixel.</summary>
    [Range(0.0, 1.0)] public double? IgnoreBelow { get; init; }

    bool IStartsFromCams.StartsFromCams => BackgroundPower is not null;

    string IStartsFromCams.StartingKey => "background-power";

    string? ILeavesPixelsOut.LeavingKey => IgnoreBelow is null ? null : "ignore-below";

    public RefinementStep Create(RefinementBase below, ModuleContext context) => new Step(this);

    private sealed class Step(DenseCrfStepOptions options) : RefinementStep
    {
        private readonly ConditionalWeakTable<LabelMap, LabelMap> trained = [];

        public override string Name => "CRF";

        public override LabelMap ForTraining(LabelMap refined) => trained.TryGetValue(refined, out var map) ? map : refined;

        protected override LabelMap Refine(RefinedImage image)
        {
            var (marginals, count, refined) = Refined(image);
            if (options.IgnoreBelow is { } least) trained.Add(refined, WithoutUnsure(refined, marginals, count, (float)least));
            return refined;
        }

        private (float[] Marginals, int Count, LabelMap Labels) Refined(RefinedImage image)
        {
            if (options.BackgroundPower is { } power)
            {
                var count = image.Cam.Classes.Count + 1;
                var scores = CamCrf.Marginals(image.Image, image.Cam.HighResolution.ToFloats(), count - 1, power, options);
                return (scores, count, CamLabels.OfMaps(DenseCrf.Labels(scores, count), image.Image.Width, image.Image.Height, image.Cam.Classes));
            }

            var (marginals, present) = DenseCrf.Refine(image.Image, image.Labels, options);
            return (marginals, present.Length, new LabelMap(image.Labels.Width, image.Labels.Height, [.. DenseCrf.Labels(marginals, present.Length).Select(place => present[place])]));
        }

        private static LabelMap WithoutUnsure(LabelMap refined, float[] marginals, int count, float least)
        {
            var labels = refined.Labels.ToArray();
            for (var pixel = 0; pixel < labels.Length; pixel++)
                if (TensorPrimitives.Max(marginals.AsSpan(pixel * count, count)) < least) labels[pixel] = LabelMap.Ignored;
            return new LabelMap(refined.Width, refined.Height, labels);
        }
    }
}
