using Pole.Pipeline.Training;
using Pole.Zoo.Backbones;
using Pole.Zoo.Weights;

namespace Pole.Pipeline.Tests;

/// <summary>What a training begins with.</summary>
public sealed class TrainingStartTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-start-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_training_begins_with_the_network_that_initial_weights_names()
    {
        var earlier = Run(MicroExperiment.Full, new RecordingProgress());
        var (weights, context) = (Path.Combine(folder, "weights"), MicroExperiment.Context(folder, new RecordingProgress()));
        Directory.CreateDirectory(weights);
        foreach (var stage in new[] { "baseline", "clims", "affinity", "segmentation" }) File.Copy(FileOf(earlier, stage), Path.Combine(weights, $"{stage}.safetensors"));
        var full = MicroExperiment.Full;

        // Next to no learning: a network is what it began with.
        Experiment[] continued =
        [
            full with { Baseline = Still(full.Baseline!, "baseline") }, full with { Clims = Still(full.Clims!, "clims") },
            full with { Refinement = full.Refinement! with { Training = Still(full.Refinement.Training!, "affinity") } }, full with { Segmentation = full.Segmentation! with { Training = Still(full.Segmentation.Training, "segmentation") } },
        ];
        foreach (var (experiment, stage) in continued.Zip(["baseline", "clims", "affinity", "segmentation"]))
        {
            var run = new ExperimentRun(experiment, context with { Modules = context.Modules with { WeightsFolder = weights } }).Run();
            using var scope = TorchSharp.torch.NewDisposeScope();
            var (before, after) = (Trained(earlier, stage), Trained(run, stage));
            // Statistics of batch norms move without a gradient.
            foreach (var name in before.Keys.Where(name => name.EndsWith("weight", StringComparison.Ordinal))) Assert.That((after[name] - before[name]).abs().max().item<float>(), Is.LessThan(1e-6), $"{stage} {name}");
        }

        static TrainingOptions Still(TrainingOptions training, string stage) => training with { LearningRate = 1e-12, InitialWeights = $"{stage}.safetensors" };

        static IReadOnlyDictionary<string, TorchSharp.torch.Tensor> Trained(ExperimentResult result, string stage) => Safetensors.Read(FileOf(result, stage));

        static string FileOf(ExperimentResult result, string stage) => Directory.GetFiles(result.Stages.Single(made => made.Stage == stage).Folder, "*.safetensors").Single(file => Path.GetFileName(file) != Checkpoints.BestFile);
    }

    [Test]
    public void The_network_of_another_training_is_an_error_that_names_the_key_and_counts()
    {
        var earlier = Run(MicroExperiment.Baseline, new RecordingProgress());
        var weights = Directory.CreateDirectory(Path.Combine(folder, "weights")).FullName;
        File.Copy(Directory.GetFiles(earlier.Stages.Single(made => made.Stage == "baseline").Folder, "*.safetensors").Single(file => Path.GetFileName(file) != Checkpoints.BestFile), Path.Combine(weights, "other.safetensors"));
        var context = MicroExperiment.Context(folder, new RecordingProgress());
        var wider = MicroExperiment.Baseline with { Backbone = new ResNetOptions { Width = 8, FreezeStem = false }, Baseline = MicroExperiment.Baseline.Baseline! with { InitialWeights = "other.safetensors" } };

        Assert.That(() => new ExperimentRun(wider, context with { Modules = context.Modules with { WeightsFolder = weights } }).Run(), Throws.TypeOf<ExperimentException>()
            .With.Message.StartsWith($"initial-weights: {Path.Combine(weights, "other.safetensors")}: the weights do not fit").And.Message.Match(" of another shape \\(.* and [0-9]+ more\\); give what").And.Message.EndsWith("of the same network and classes").And.Message.Length.LessThan(800));
    }

    [Test]
    public void A_longer_training_says_that_it_begins_with_the_first_step()
    {
        Run(MicroExperiment.Baseline, new RecordingProgress());
        var progress = new RecordingProgress();

        Run(MicroExperiment.Baseline with { Baseline = MicroExperiment.Baseline.Baseline! with { Epochs = 2 } }, progress);
        Run(MicroExperiment.Baseline with { Baseline = MicroExperiment.Baseline.Baseline! with { Epochs = 3, LearningRate = 0.02 } }, progress);

        Assert.That(progress.Anew, Is.EqualTo(new[] { "baseline: baseline.epochs: 1 → 2" }));
    }

    private ExperimentResult Run(Experiment experiment, RecordingProgress progress) => new ExperimentRun(experiment, MicroExperiment.Context(folder, progress)).Run();
}
