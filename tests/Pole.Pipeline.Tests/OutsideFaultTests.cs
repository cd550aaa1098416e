using Pole.Pipeline.Evaluation.Metrics;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>Modules from outside that give what does not fit: they are named, and nothing of it is stored.</summary>
public sealed class OutsideFaultTests
{
    private const int Side = 8;

    [TestCase("")]
    [TestCase("../a")]
    [TestCase("a  b")]
    [TestCase("μ")]
    public void A_step_whose_name_cannot_be_that_of_a_file_is_named(string name) =>
        Assert.That(() => Steps(new Step { StepName = name }), Throws.InstanceOf<ExperimentException>().With.Message.Contains($"Step calls its step '{name}': a name has letters and digits"));

    [TestCase("CAM", "'CAM' and 'CAM'")]
    [TestCase("cam", "'CAM' and 'cam'")]
    public void A_step_is_not_called_as_what_it_begins_with(string name, string both) =>
        Assert.That(() => Steps(new Step { StepName = name }), Throws.InstanceOf<ExperimentException>().With.Message.Contains($"the steps {both} of the refinement would have one file"));

    [Test]
    public void A_label_map_of_another_size_is_not_stored() =>
        Assert.That(() => Refine(new Step { Result = new LabelMap(4, 4, new byte[16]) }), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("what the step 'mine' gave is 4×4, its image is 8×8; a label map has the size of its image"));

    [Test]
    public void A_label_that_does_not_exist_is_not_stored() =>
        Assert.That(() => Refine(new Step { Result = new LabelMap(Side, Side, [.. Enumerable.Repeat((byte)7, Side * Side)]) }), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("what the step 'mine' gave: pixel (0, 0) has label 7, the labels are 0…2"));

    [TestCase(2, Side, Side, "the source 'mine' gave CAMs of the classes 0, 1 of a, which has 0")]
    [TestCase(1, Side, 4, "the source 'mine' gave HighResolution of [1, 8, 4] for a; its classes and size make it [1, 8, 8]")]
    public void CAMs_that_do_not_fit_their_image_are_named(int classes, int height, int width, string message)
    {
        using var scope = NewDisposeScope();
        using var cams = new CheckedCams("mine", new Source(new FusedCam([.. Enumerable.Range(0, classes)], rand([classes, 2, 2], device: CPU), rand([classes, height, width], device: CPU))));

        Assert.That(() => cams.Of(new Sample(), Image), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo(message));
    }

    [Test]
    public void A_metric_is_called_by_its_options_where_they_are_not_the_defaults()
    {
        Assert.That(MetricName.Of(new BoundaryFOptions()), Is.EqualTo("boundary-f"));
        Assert.That(MetricName.Of(new BoundaryFOptions { Tolerance = 0.1 }), Is.EqualTo("boundary-f (tolerance 0.1)"));
        Assert.That(SpecConflict.Of(MicroExperiment.Full with { Metrics = [new BoundaryFOptions(), new BoundaryFOptions { Tolerance = 0.1 }] }), Is.Empty);
    }

    [Test]
    public void Another_version_of_a_module_is_another_fingerprint() =>
        Assert.That(CanonicalSpec.Fingerprint(new SecondOptions()), Is.Not.EqualTo(CanonicalSpec.Fingerprint(new FirstOptions())));

    private static RgbImage Image => new(Side, Side, new byte[Side * Side * 3]);

    private static RefinementSteps Steps(RefinementStep step) => new([step], 0.3, 3);

    private static void Refine(RefinementStep step)
    {
        using var scope = NewDisposeScope();
        using var steps = Steps(step);
        using var cam = new FusedCam([0], rand([1, 2, 2], device: CPU), rand([1, Side, Side], device: CPU));
        steps.Refine([("a", Image, cam)], CancellationToken.None);
    }

    private sealed class Step : RefinementStep
    {
        public string StepName { get; init; } = "mine";

        public LabelMap Result { get; init; } = new(Side, Side, new byte[Side * Side]);

        public override string Name => StepName;

        protected override LabelMap Refine(RefinedImage image) => Result;
    }

    private sealed class Source(FusedCam cam) : ICamSource
    {
        public FusedCam? Of(ISample sample, RgbImage image) => cam;

        public void Dispose() => cam.Dispose();
    }

    private sealed class Sample : ISample
    {
        public string Id => "a";

        public IReadOnlyList<int> PresentClasses => [0];

        public RgbImage LoadImage() => Image;

        public LabelMap LoadLabels() => throw new NotSupportedException();
    }

    [PoleModule("mine")]
    private sealed record FirstOptions;

    [PoleModule("mine", Version = 2)]
    private sealed record SecondOptions;
}
