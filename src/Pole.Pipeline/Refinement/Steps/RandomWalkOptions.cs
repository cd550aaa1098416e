using System.ComponentModel.DataAnnotations;
using Pole.Data.Imaging;
using static TorchSharp.torch;

namespace Pole.Pipeline.Refinement.Steps;

/// <summary>The CAMs walk along the learned affinities (IRNet, Ahn, Cho, Kwak 2019; AffinityNet, Ahn and Kwak 2018).</summary>
[PoleModule("random-walk")]
public sealed record RandomWalkOptions : IModuleOptions<RefinementStep, RefinementBase>, INeedsAffinities, IStartsFromCams
{
    /// <summary>Power of the affinities.</summary>
    [Range(0.1, 100.0)] public double Beta { get; init; } = 10;

    /// <summary>Steps of the walk: 2 to this power.</summary>
    [Range(0, 16)] public int ExpTimes { get; init; } = 8;

    /// <summary>Score of the background against the walked CAMs, whose strongest place in an image has score 1.</summary>
    [Range(0.0, 1.0)] public double Background { get; init; } = 0.25;

    /// <summary>The background is a map of its own instead, (1 − the strongest CAM) to this power, which walks with the others: 16 in AffinityNet.</summary>
    [Range(0.1, 1000.0), MutuallyExclusiveWith(nameof(Background))] public double? BackgroundPower { get; init; }

    public RefinementStep Create(RefinementBase below, ModuleContext context) =>
        new Step(this, below.Affinity ?? throw new ExperimentException("random-walk needs affinities: give refinement.affinity and refinement.training"), context.Device);

    private sealed class Step(RandomWalkOptions options, Lazy<TrainedAffinity> affinity, Device device) : RefinementStep
    {
        public override string Name => "random walk";

        /// <summary>The network sees one image after the other, on its device; the walks are on every core.</summary>
        public override IReadOnlyList<LabelMap> Refine(IReadOnlyList<RefinedImage> images, CancellationToken cancellation)
        {
            var cells = images.Select(image => Affinities(image.Image)).ToList();
            var walked = new LabelMap[images.Count];
            ParallelWork.For(images.Count, cancellation, index => walked[index] = CamWalk.Run(images[index].Cam, cells[index], affinity.Value.Model.Stride, options));
            return walked;
        }

        protected override LabelMap Refine(RefinedImage image) => CamWalk.Run(image.Cam, Affinities(image.Image), affinity.Value.Model.Stride, options);

        private CellAffinities Affinities(RgbImage image)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            return affinity.Value.Model.Affinities(ImageTensors.Normalised(image).to(device), affinity.Value.Crop);
        }
    }
}
