using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Refinement;
using Pole.Pipeline.Refinement.Steps;
using Pole.Pipeline.Training;
using Pole.Zoo.Affinity;
using Pole.Zoo.Cam;
using Pole.Zoo.Optimizers;
using Pole.Zoo.Prompts.Learning;
using Pole.Zoo.Segmentation;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>A step leaves as many tensors alive as it found.</summary>
public sealed class TensorLeakTests
{
    private const int Steps = 3;

    private string folder = "";
    private IDataset dataset = null!;
    private CamNetwork network = null!;

    [SetUp]
    public void Prepare()
    {
        folder = Directory.CreateTempSubdirectory("pole-leak-").FullName;
        var modules = MicroExperiment.Context(folder, new RecordingProgress()).Modules;
        dataset = MicroExperiment.Pole.Dataset.Create(modules);
        dataset.Prepare(new RecordingProgress { Worked = { "data" } }, CancellationToken.None);
        network = new ClassifierCamNetwork(MicroExperiment.Pole.Backbone!.Create(modules), dataset.Classes.Count);
    }

    [TearDown]
    public void Dispose()
    {
        network.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void A_baseline_training_step_leaks_no_tensor() => AssertSteady(TrainingStep(batch => BaselineTraining.Loss(network, batch, CPU)));

    [Test]
    public void A_CLIMS_training_step_leaks_no_tensor() => AssertClimsStepIsSteady(MicroExperiment.Pole);

    [Test]
    public void A_step_that_learns_prompts_leaks_no_tensor() =>
        AssertClimsStepIsSteady(MicroExperiment.Pole with { Prompt = MicroExperiment.Pole.Prompt! with { Learner = new ContextOptions { Tokens = 3 } } });

    [Test]
    public void A_step_against_learnt_backgrounds_leaks_no_tensor() => AssertClimsStepIsSteady(MicroExperiment.Semples);

    /// <summary>Native memory too, which no counter of tensors sees: the whole loop with its batches, optimiser and measurements.</summary>
    [Test, Explicit("takes half a minute; for whoever changes the loop of a training")]
    public void Two_thousand_steps_hold_no_more_memory_than_five_hundred()
    {
        const int steps = 2_000, settled = 500, margin = 24_000_000;
        var memory = new List<long>();
        var progress = new RecordingProgress { OnAdvance = stage => { if (stage == "clims") memory.Add(Environment.WorkingSet); } };
        var experiment = MicroExperiment.Pole with { Clims = MicroExperiment.Pole.Clims! with { Epochs = null, Iterations = steps } };
        new ExperimentRun(experiment, MicroExperiment.Context(folder, progress)).Run();

        Assert.That(memory, Has.Count.EqualTo(steps));
        TestContext.Out.WriteLine($"working set after {settled} steps {memory[settled]:n0}, at most {memory[settled..].Max():n0}, at the end {memory[^1]:n0}");
        // The median of a stretch: garbage that waits for its collection comes and goes.
        Assert.That(Median(memory[^settled..]) - Median(memory[settled..(2 * settled)]), Is.LessThan(margin));

        static long Median(IEnumerable<long> values) => values.Order().ElementAt(settled / 2);
    }

    private static IModuleOptions<AffinityModel, Backbone>[] Affinities => [new IrNetOptions { PairRadius = 3, WalkRadius = 3 }, new AffinityNetOptions { Radius = 3 }];

    private static IModuleOptions<SegmentationNetwork, SegmentationBase>[] Segmentations => [new DeepLabV1Options { Rate = 2 }, new DeepLabV2Options { Rates = [1, 2], Scales = [0.5] }, new DeepLabV3PlusOptions { Rates = [1, 2], Channels = 8, LowLevelChannels = 4 }];

    [TestCaseSource(nameof(Affinities))]
    public void An_affinity_training_step_leaks_no_tensor(IModuleOptions<AffinityModel, Backbone> learning)
    {
        using var affinity = learning.Create(Backbone(), ModuleContext.None);
        var batches = new LabelledBatches(dataset.Samples(dataset.TrainSplit), sample => sample.LoadLabels(), dataset.Classes.Count + 1, PixelNormalisation.ImageNet, MicroExperiment.Full.Refinement!.Training!, 0);

        AssertLossIsSteady(() => AffinityTraining.Loss(affinity, batches.Epoch(0, 0, CancellationToken.None).First(), CPU), [.. affinity.BaseParameters, .. affinity.HeadParameters]);
    }

    [TestCaseSource(nameof(Affinities))]
    public void Refining_an_image_leaks_no_tensor(IModuleOptions<AffinityModel, Backbone> learning)
    {
        using var affinity = learning.Create(Backbone(), ModuleContext.None);
        affinity.eval();
        using var cams = new NetworkCams(new ClassifierCamNetwork(Backbone(), dataset.Classes.Count), MicroExperiment.Pole.Cam, CPU);
        var sample = dataset.Samples(dataset.TrainSplit)[0];

        AssertSteady(() =>
        {
            using var scope = NewDisposeScope();
            var image = sample.LoadImage();
            CamWalk.Run(cams.Of(sample, image)!, affinity.Affinities(ImageTensors.Normalised(image), 64), affinity.Stride, new RandomWalkOptions { ExpTimes = 2 });
        });
    }

    private Backbone Backbone() => MicroExperiment.Pole.Backbone!.Create(new ModuleContext { Device = CPU, CacheFolder = folder });

    [TestCaseSource(nameof(Segmentations))]
    public void A_segmentation_training_step_leaks_no_tensor(IModuleOptions<SegmentationNetwork, SegmentationBase> kind)
    {
        using var segmentation = kind.Create(new SegmentationBase(dataset.Classes.Count + 1, Backbone), ModuleContext.None);
        var batches = new LabelledBatches(dataset.Samples(dataset.TrainSplit), sample => sample.LoadLabels(), dataset.Classes.Count + 1, segmentation.Normalisation, MicroExperiment.Full.Segmentation!.Training, 0);

        AssertLossIsSteady(() => SegmentationTraining.Loss(segmentation, batches.Epoch(0, 0, CancellationToken.None).First(), CPU), segmentation.parameters());
    }

    private static void AssertLossIsSteady(Func<Tensor> loss, IEnumerable<TorchSharp.Modules.Parameter> parameters)
    {
        var optimizer = new ClimsSgdOptions().Create([new ParameterGroup(parameters, 0.01, 0)], ModuleContext.None);
        AssertSteady(() =>
        {
            using var scope = NewDisposeScope();
            var value = loss();
            optimizer.ZeroGradients();
            value.backward();
            optimizer.Step();
        });
    }

    private void AssertClimsStepIsSteady(Experiment experiment)
    {
        var pretraining = (ICaptionPretraining)experiment.Clip!;
        using var clip = pretraining.CreateJudge(pretraining.CreateUntrained(((ICaptionSource)dataset).Vocabulary));
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        var modules = new ModuleContext { Device = CPU, CacheFolder = folder };
        using var learnt = experiment.Objective!.ReadsLearntBackgrounds ? new FixedPrompts(rand(dataset.Classes.Count, clip.EmbeddingSize)) : null;
        var prompt = experiment.Prompt!;
        using var prompts = new PromptTable(clip, prompt.Template, [.. dataset.Classes.Select(prompt.NamesOf)], prompt.Backgrounds, prompt.Learner, PromptChoices.GroundTruthOnly, modules, classBackgrounds: learnt);
        using var training = new ClimsTraining(network, clip, prompts, experiment.Objective!, experiment.Adaptor, modules);

        AssertSteady(TrainingStep(batch => training.Loss(batch).Total));
    }

    [Test]
    public void Extracting_a_CAM_leaks_no_tensor()
    {
        var extraction = new CamExtraction(network, MicroExperiment.Pole.Cam, CPU);
        var sample = dataset.Samples(dataset.EvaluationSplit)[0];

        AssertSteady(() => extraction.Extract(sample).Dispose());
    }

    private Action TrainingStep(Func<TrainingBatch, Tensor> lossOf)
    {
        var batches = new TrainingBatches(dataset.Samples(dataset.TrainSplit), dataset.Classes.Count, MicroExperiment.Pole.Baseline!, 0);
        var optimizer = new ClimsSgdOptions().Create([new ParameterGroup(network.parameters(), 0.01, 0)], ModuleContext.None);
        return () =>
        {
            using var scope = NewDisposeScope();
            using var batch = batches.Epoch(0, 1, CancellationToken.None).First().ToTensors();
            var loss = lossOf(batch);
            optimizer.ZeroGradients();
            loss.backward();
            optimizer.Step();
        };
    }

    /// <summary>The first run may make gradients and momenta, which stay.</summary>
    private static void AssertSteady(Action step)
    {
        step();
        var statistics = DisposeScopeManager.Statistics;
        var before = statistics.ThreadTotalLiveCount;
        for (var run = 0; run < Steps; run++) step();

        Assert.That(statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }
}
