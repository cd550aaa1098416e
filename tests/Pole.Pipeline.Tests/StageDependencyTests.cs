using Pole.Pipeline.Stages;
using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Segmentation;

namespace Pole.Pipeline.Tests;

/// <summary>What a change is said to compute again is what a run computes again.</summary>
public sealed class StageDependencyTests
{
    private static readonly Experiment Full = MicroExperiment.Full;

    private static IEnumerable<TestCaseData> Changes =>
    [
        Change("seed", Full with { Seed = 5 }),
        Change("baseline.epochs", Full with { Baseline = Full.Baseline with { Epochs = 2 } }),
        Change("cam.threshold", Full with { Cam = Full.Cam with { Threshold = 0.4 } }),
        Change("cam.scales", Full with { Cam = Full.Cam with { Scales = [1] } }),
        Change("prompt.masking", Full with { Prompt = Full.Prompt! with { Masking = Masking.Mean } }),
        Change("prompt.template", Full with { Prompt = Full.Prompt! with { Template = "a {}." } }),
        Change("prompt.synonyms", Full with { Prompt = Full.Prompt! with { Synonyms = 2 } }),
        Change("prompt.backgrounds", Full with { Prompt = Full.Prompt! with { Backgrounds = ["water"] } }),
        Change("loss.reg", Full with { Loss = Full.Loss! with { Reg = 1 } }),
        Change("adaptor.image-ratio", Full with { Adaptor = Full.Adaptor with { ImageRatio = 0.3 } }),
        Change("refinement.foreground", Full with { Refinement = Full.Refinement! with { Foreground = 0.4 } }),
        Change("refinement.affinity.walk-radius", Full with { Refinement = Full.Refinement! with { Affinity = new IrNetOptions { PairRadius = 3, WalkRadius = 2 } } }),
        Change("refinement.backbone", Full with { Refinement = Full.Refinement! with { Backbone = new ResNetOptions { Width = 4 } } }),
        Change("refinement.beta", Full with { Refinement = Full.Refinement! with { Beta = 5 } }),
        Change("refinement.mask-crf.iterations", Full with { Refinement = Full.Refinement! with { MaskCrf = new DenseCrfOptions { Iterations = 2 } } }),
        Change("segmentation.network.rate", Full with { Segmentation = Full.Segmentation! with { Network = new DeepLabV1Options { Rate = 3 } } }),
        Change("segmentation.crf.iterations", Full with { Segmentation = Full.Segmentation! with { Crf = DenseCrfOptions.DeepLab with { Iterations = 2 } } }),
        Change("segmentation.split", Full with { Segmentation = Full.Segmentation! with { Split = "train" } }),
    ];

    private string folder = "";

    [OneTimeSetUp]
    public void RunOnce()
    {
        folder = Directory.CreateTempSubdirectory("pole-stages-").FullName;
        new ExperimentRun(Full, MicroExperiment.Context(folder, new RecordingProgress())).Run();
    }

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCaseSource(nameof(Changes))]
    public void What_is_said_to_change_is_what_runs_again(string path, Experiment changed)
    {
        var progress = new RecordingProgress();
        new ExperimentRun(changed, MicroExperiment.Context(folder, progress)).Run();

        Assert.That(StageDependencies.Affected(changed, [path]), Is.EquivalentTo(progress.Worked.Where(stage => stage != "data")));
    }

    [Test]
    public void A_description_changes_nothing() => Assert.That(StageDependencies.Affected(Full, ["description"]), Is.Empty);

    private static TestCaseData Change(string path, Experiment changed) => new TestCaseData(path, changed).SetArgDisplayNames(path);
}
