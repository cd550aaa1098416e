using System.Globalization;
using Pole.Data.Imaging;
using Pole.Data.Masks;
using Pole.Pipeline.Refinement;
using Pole.Pipeline.Refinement.Steps;

namespace Pole.Pipeline.Tests;

/// <summary>The documented steps in a small run on Shapes, whose masks are the regions of the ground truth.</summary>
public sealed class MaskMergingRunTests
{
    private const string Masks = "sam/shapes";

    private static readonly Experiment Merging = MicroExperiment.Baseline with
    {
        Name = "micro/sepl",
        Cam = MicroExperiment.Baseline.Cam with { Threshold = 0.5 },
        Refinement = new RefinementOptions { Steps = [new PixelAdaptiveStepOptions(), new MaskMergingOptions { Masks = Masks }] },
    };

    private string folder = "";

    private string MasksFolder => Path.Combine(folder, "weights", Masks);

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-sepl-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Labels_are_merged_after_the_step_before_and_measured_with_the_supervision_in_their_name()
    {
        var samples = WriteMasks();
        var result = Run(new RecordingProgress());
        var source = MaskSources.Open(MasksFolder);
        var (before, after) = (Path.Combine(result.MasksFolder!, "..", "steps", "par"), result.MasksFolder!);

        Assert.That(result.Chain.Select(score => score.Step), Is.EqualTo(new[] { "CAM", "PAR", "PAR + SAM masks" }));
        foreach (var sample in samples)
            Assert.That(Map(after, sample).Labels, Is.EqualTo(source.Has(sample.Id) ? MaskMerging.Merge(Map(before, sample), source.Of(sample.Id, 64, 64), 0.5, 0.85).Labels : Map(before, sample).Labels), sample.Id);
        Assert.That(samples.Count(sample => !Map(after, sample).Labels.SequenceEqual(Map(before, sample).Labels)), Is.GreaterThan(6));
    }

    [Test]
    public void An_image_without_masks_keeps_its_labels_and_the_result_says_of_how_many()
    {
        Directory.Delete(Path.Combine(MasksFolder, WriteMasks()[0].Id), recursive: true);

        Assert.That(Run(new RecordingProgress()).Remarks, Is.EqualTo(new[] { "PAR + SAM masks: 1 of 12 images have no masks and keep their labels" }));
    }

    [Test]
    public void A_mask_that_changes_makes_the_pseudo_masks_anew_and_trains_nothing_again()
    {
        var samples = WriteMasks();
        Run(new RecordingProgress());
        File.Copy(Path.Combine(MasksFolder, samples[1].Id, "0.png"), Path.Combine(MasksFolder, samples[0].Id, "0.png"), overwrite: true);
        var progress = new RecordingProgress();
        Run(progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "pseudo-masks", "mask-evaluation" }));
    }

    [Test]
    public void Masks_that_are_not_there_end_the_run_before_a_training()
    {
        var progress = new RecordingProgress();

        Assert.That(() => Run(progress), Throws.InstanceOf<ExperimentException>().With.Message.Contains($"{MasksFolder} does not exist: masks are a folder"));
        Assert.That(progress.Worked, Does.Not.Contain("baseline"));
    }

    [Test]
    public void A_run_without_a_weights_folder_says_what_it_is_for() =>
        Assert.That(() => new ExperimentRun(Merging, MicroExperiment.Context(folder, new RecordingProgress())).Run(), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("sepl reads the masks sam/shapes: say with --weights (POLE_WEIGHTS) which folder they are in"));

    private ExperimentResult Run(RecordingProgress progress) => new ExperimentRun(Merging, Context(progress)).Run();

    private RunContext Context(RecordingProgress progress)
    {
        var context = MicroExperiment.Context(folder, progress);
        return context with { Modules = context.Modules with { WeightsFolder = Path.Combine(folder, "weights") } };
    }

    private IReadOnlyList<ISample> WriteMasks()
    {
        var dataset = Merging.Dataset.Create(Context(new RecordingProgress()).Modules);
        new RecordingProgress().Stage("data", progress => dataset.Prepare(progress, CancellationToken.None));
        foreach (var sample in dataset.Samples(dataset.TrainSplit))
        {
            var (map, own) = (sample.LoadLabels(), Directory.CreateDirectory(Path.Combine(MasksFolder, sample.Id)).FullName);
            foreach (var (index, label) in map.Labels.Distinct().Where(label => label != LabelMap.Ignored).Index())
                ImageCodec.WritePng(Path.Combine(own, $"{index.ToString(CultureInfo.InvariantCulture)}.png"), new RgbImage(map.Width, map.Height, [.. map.Labels.SelectMany(other => Enumerable.Repeat(other == label ? (byte)255 : (byte)0, 3))]));
        }

        return dataset.Samples(dataset.TrainSplit);
    }

    private static LabelMap Map(string folder, ISample sample) => ImageCodec.ReadLabels(SampleName.FileOf(folder, sample, ".png"));
}
