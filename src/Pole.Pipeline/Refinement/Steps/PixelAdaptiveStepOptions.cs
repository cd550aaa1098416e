using System.ComponentModel.DataAnnotations;
using Pole.Pipeline.Evaluation;

namespace Pole.Pipeline.Refinement.Steps;

/// <summary>Pixel-adaptive refinement (PAR; Ru, Zhan, Yu, Du 2022): pixels take the labels of neighbours of their colour, as with the dense CRF, but along 48 fixed neighbours.</summary>
[PoleModule("par")]
public sealed record PixelAdaptiveStepOptions : PixelAdaptiveOptions, IModuleOptions<RefinementStep, RefinementBase>, IStartsFromCams
{
    /// <summary>What is refined is not the labels of the step before but the scores of the CAMs and of the background, (1 − the strongest CAM) to this power: 1 in ExCEL and WeCLIP.</summary>
    [Range(0.1, 1000.0)] public double? BackgroundPower { get; init; }

    bool IStartsFromCams.StartsFromCams => BackgroundPower is not null;

    string IStartsFromCams.StartingKey => "background-power";

    public RefinementStep Create(RefinementBase below, ModuleContext context) => new Step(this);

    private sealed class Step(PixelAdaptiveStepOptions options) : RefinementStep
    {
        public override string Name => "PAR";

        protected override LabelMap Refine(RefinedImage image) => options.BackgroundPower is { } power ? FromCams(image.Image, image.Cam, power) : FromLabels(image.Image, image.Labels);

        private LabelMap FromCams(RgbImage image, FusedCam cam, double power) =>
            Labels(image, CamLabels.WithPowerBackground(cam.HighResolution.ToFloats(), image.Width * image.Height, power), [0, .. cam.Classes.Select(index => (byte)(index + 1))]);

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
