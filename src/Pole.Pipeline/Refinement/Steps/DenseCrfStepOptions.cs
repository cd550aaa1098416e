namespace Pole.Pipeline.Refinement.Steps;

/// <summary>A dense CRF of the labels (Krähenbühl and Koltun 2011).</summary>
[PoleModule("dense-crf")]
public sealed record DenseCrfStepOptions : DenseCrfOptions, IModuleOptions<RefinementStep, RefinementBase>
{
    public RefinementStep Create(RefinementBase below, ModuleContext context) => new Step(this);

    private sealed class Step(DenseCrfOptions options) : RefinementStep
    {
        public override string Name => "CRF";

        protected override LabelMap Refine(RefinedImage image) => DenseCrf.Refine(image.Image, image.Labels, options);
    }
}
