using System.ComponentModel.DataAnnotations;
using Pole.Pipeline.Evaluation;

namespace Pole.Pipeline.Refinement.Steps;

/// <summary>A dense CRF (Krähenbühl and Koltun 2011) of the labels that the step before gives, or of the CAMs.</summary>
[PoleModule("dense-crf")]
public sealed record DenseCrfStepOptions : DenseCrfOptions, IModuleOptions<RefinementStep, RefinementBase>, IStartsFromCams
{
    /// <summary>Refine the CAMs instead of labels, against a background score of (1 − the strongest CAM) to this power; 1 in CLIP-ES. Left out: labels are refined.</summary>
    [Range(0.1, 1000.0), MutuallyExclusiveWith(nameof(LabelConfidence))] public double? BackgroundPower { get; init; }

    bool IStartsFromCams.StartsFromCams => BackgroundPower is not null;

    string IStartsFromCams.StartingKey => "background-power";

    public RefinementStep Create(RefinementBase below, ModuleContext context) => new Step(this);

    private sealed class Step(DenseCrfStepOptions options) : RefinementStep
    {
        public override string Name => "CRF";

        protected override LabelMap Refine(RefinedImage image) => options.BackgroundPower is { } power
            ? CamLabels.OfMaps(CamCrf.Labels(image.Image, image.Cam.HighResolution.ToFloats(), image.Cam.Classes.Count, power, options), image.Image.Width, image.Image.Height, image.Cam.Classes)
            : DenseCrf.Refine(image.Image, image.Labels, options);
    }
}
