using System.ComponentModel.DataAnnotations;
using System.Numerics.Tensors;
using Pole.Pipeline.Evaluation;

namespace Pole.Pipeline.Refinement.Steps;

/// <summary>Pixel-adaptive refinement (PAR; Ru, Zhan, Yu, Du 2022): pixels take the labels of neighbours of their colour, as with the dense CRF, but along 48 fixed neighbours.</summary>
[PoleModule("par")]
public sealed record PixelAdaptiveStepOptions : PixelAdaptiveOptions, IModuleOptions<RefinementStep, RefinementBase>, ICrossChecked
{
    /// <summary>What is refined is not the labels of the step before but the scores of the CAMs and of the background, (1 − the strongest CAM) to this power: 1 in ExCEL and WeCLIP.</summary>
    [Range(0.1, 1000.0)] public double? BackgroundPower { get; init; }

    public IEnumerable<SpecConflict> FindConflicts(Experiment experiment, string path)
    {
        if (BackgroundPower is not null && experiment.Refinement?.Steps is { } steps && steps.Skip(1).Any(step => ReferenceEquals(step, this)))
            yield return new SpecConflict($"{path}.background-power", "with it PAR begins with the CAMs, so that what the steps before it give would be lost: put it first, or leave background-power out");
    }

    public RefinementStep Create(RefinementBase below, ModuleContext context) => new Step(this);

    private sealed class Step(PixelAdaptiveStepOptions options) : RefinementStep
    {
        public override string Name => "PAR";

        protected override LabelMap Refine(RefinedImage image) => options.BackgroundPower is { } power ? FromCams(image.Image, image.Cam, power) : FromLabels(image.Image, image.Labels);

        private LabelMap FromCams(RgbImage image, FusedCam cam, double power)
        {
            var cams = cam.HighResolution.ToFloats();
            var pixels = image.Width * image.Height;
            var background = new float[pixels];
            for (var map = 0; map < cam.Classes.Count; map++) TensorPrimitives.Max(background, cams.AsSpan(map * pixels, pixels), background);
            for (var pixel = 0; pixel < pixels; pixel++) background[pixel] = CamLabels.PowerBackground(background[pixel], power);
            return Labels(image, [.. background, .. cams], [0, .. cam.Classes.Select(index => (byte)(index + 1))]);
        }

        private LabelMap FromLabels(RgbImage image, LabelMap map)
        {
            byte[] present = [.. map.Labels.Distinct().Order()];
            if (present.Length == 1) return map;
            return Labels(image, [.. present.SelectMany(label => map.Labels, (label, own) => own == label ? 1f : 0f)], present);
        }

        private LabelMap Labels(RgbImage image, float[] masks, IReadOnlyList<byte> labels)
        {
            var refined = PixelAdaptiveRefinement.Refine(image, masks, labels.Count, options);
            return new LabelMap(image.Width, image.Height, [.. MaskLabels.Strongest(refined, labels.Count).Select(mask => labels[mask])]);
        }
    }
}
