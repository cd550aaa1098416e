using Pole.Data.Imaging;
using Pole.Data.Loading;
using Pole.Pipeline.External;
using Pole.Pipeline.Exporting;
using Pole.Pipeline.Inference.WeClip;
using Pole.Pipeline.Stages;
using Pole.Pipeline.Training;
using Pole.Zoo.Clip;
using Pole.Zoo.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>WeCLIP's decoder in the chain.</summary>
public sealed class WeClipRunTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-weclip-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Image_level_labels_and_a_frozen_CLIP_give_a_segmentation_network_in_one_stage()
    {
        var progress = new RecordingProgress();
        var result = Run(MicroExperiment.OneStage, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "clip", "evaluation", "segmentation", "segmentation-evaluation" }));
        Assert.That(result.Chain.Select(score => (score.Step, score.Split, score.Images)), Does.Contain(("segmentation", "val", 4)));
        Assert.That(result.Chain.Select(score => score.MeanIou), Is.All.InRange(0, 1));
    }

    [Test]
    public void The_same_decoder_is_trained_on_masks_that_were_made_before()
    {
        var progress = new RecordingProgress();
        var result = Run(TwoSteps, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "clip", "evaluation", "pseudo-masks", "mask-evaluation", "segmentation", "segmentation-evaluation" }));
        Assert.That(result.Chain.Select(score => score.Step), Does.Contain("segmentation"));
    }

    [Test]
    public void It_stands_on_the_CLIP_of_an_experiment_that_trains_a_CAM_network_too()
    {
        var progress = new RecordingProgress();
        Run(MicroExperiment.Baseline with { Clip = MicroExperiment.OneStage.Clip, Prompt = MicroExperiment.OneStage.Prompt, Segmentation = TwoSteps.Segmentation }, progress);

        Assert.That(progress.Worked, Is.SupersetOf(new[] { "clip", "baseline", "pseudo-masks", "segmentation" }));
    }

    [Test]
    public void What_is_stored_is_of_one_CLIP_and_of_one_set_of_prompts()
    {
        var (online, given) = (MicroExperiment.OneStage, TwoSteps);
        Experiment Backgrounds(Experiment of) => of with { Prompt = of.Prompt! with { Backgrounds = ["water"] } };
        Experiment Clip(Experiment of) => of with { Clip = (TinyClipOptions)of.Clip! with { Steps = 4 } };

        Assert.That(StageGraph.Affected(online, Clip(online)), Does.Contain("segmentation"));
        Assert.That(StageGraph.Affected(online, Backgrounds(online)), Does.Contain("segmentation"));
        Assert.That(StageGraph.Affected(given with { Segmentation = given.Segmentation! with { Masks = MaskSource.Truth }, Refinement = null }, Clip(given with { Segmentation = given.Segmentation! with { Masks = MaskSource.Truth }, Refinement = null })), Does.Contain("segmentation"), "on the ground truth too");
        Assert.That(StageGraph.Affected(MicroExperiment.Full, Backgrounds(MicroExperiment.Full)), Does.Contain("segmentation"), "through the CAMs of CLIMS");
    }

    [Test]
    public void A_trained_network_is_opened_of_its_file_alone_and_is_exported()
    {
        var run = new ExperimentRun(MicroExperiment.OneStage, MicroExperiment.Context(folder, new RecordingProgress()));
        run.Run();
        var image = run.Dataset.Samples(run.Dataset.EvaluationSplit)[0].LoadImage();
        var weights = Directory.GetFiles(Path.Combine(folder, "stages"), TrainedSegmentation.WeightsFile, SearchOption.AllDirectories).Single();
        using var stored = run.LoadSegmentation()!;
        using var alone = TrainedNetworks.OpenSegmentation(MicroExperiment.OneStage, weights, run.Dataset.Classes.Count, new ModuleContext { Device = CPU, CacheFolder = "" });
        using var exported = StoredNetwork.Open(MicroExperiment.OneStage, null, run.Dataset.Classes, _ => weights, new ModuleContext { Device = CPU, CacheFolder = "" });

        Assert.That(alone.Labels(image).Labels, Is.EqualTo(stored.Labels(image).Labels));
        NetworkExport.Write(Path.Combine(folder, "network.pth"), exported, "micro", "0", ExportFormat.PyTorch);
        Assert.That(() => NetworkExport.Write(Path.Combine(folder, "network.onnx"), exported, "micro", "0", ExportFormat.Onnx), Throws.InstanceOf<OnnxExportException>().With.Message.Contains("WeClip cannot be exported as ONNX"));
    }

    [Test]
    public void A_training_that_was_cut_off_ends_as_one_that_was_not()
    {
        var whole = Weights(Path.Combine(folder, "whole"), null);
        var resumed = Weights(Path.Combine(folder, "resumed"), 2);

        Assert.That(resumed, Is.EqualTo(whole).Within(1e-6));

        float[] Weights(string store, int? stopAfter)
        {
            if (stopAfter is { } steps)
            {
                using var source = new CancellationTokenSource();
                var done = 0;
                var stopped = new RecordingProgress { OnAdvance = stage => { if (stage == "segmentation" && ++done == steps) source.Cancel(); } };
                Assert.That(() => new ExperimentRun(MicroExperiment.OneStage, MicroExperiment.Context(store, stopped, source.Token)).Run(), Throws.InstanceOf<OperationCanceledException>());
            }

            new ExperimentRun(MicroExperiment.OneStage, MicroExperiment.Context(store, new RecordingProgress())).Run();
            using var scope = NewDisposeScope();
            return Zoo.Weights.Safetensors.Read(Directory.GetFiles(Path.Combine(store, "stages"), TrainedSegmentation.WeightsFile, SearchOption.AllDirectories).Single())["decoder_fts_fuse.linear_fuse.weight"].ToFloats();
        }
    }

    [Test]
    public void A_step_and_a_prediction_leak_no_tensor([Values] bool online)
    {
        var modules = MicroExperiment.Context(folder, new RecordingProgress()).Modules;
        var dataset = MicroExperiment.OneStage.Dataset.Create(modules);
        dataset.Prepare(new RecordingProgress { Worked = { "data" } }, CancellationToken.None);
        var options = (TinyClipOptions)MicroExperiment.OneStage.Clip!;
        using var clip = options.CreateJudge(options.CreateUntrained(((ICaptionSource)dataset).Vocabulary));
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        var prompt = MicroExperiment.OneStage.Prompt!;
        var below = new SegmentationBase(dataset.Classes.Count + 1, () => throw new NotSupportedException()) { Clip = () => clip, Prompts = online ? new ClipPrompts(clip, prompt.Template, [.. dataset.Classes.Select(prompt.NamesOf)], prompt.Backgrounds) : null };
        using var network = MicroExperiment.OneStage.Segmentation!.Network.Create(below, modules);
        var batches = new LabelledBatches(dataset.Samples(dataset.TrainSplit), online ? null : sample => sample.LoadLabels(), dataset.Classes.Count + 1, network.Normalisation, MicroExperiment.OneStage.Segmentation.Training, 0);
        var optimizer = new AdamWOptions().Create([new ParameterGroup(network.ClassifierWeights, 0.001, 0)], ModuleContext.None);
        var image = dataset.Samples(dataset.EvaluationSplit)[0].LoadImage();
        void Step()
        {
            using var scope = NewDisposeScope();
            network.train();
            var loss = SegmentationTraining.OwnLoss((ISegmentationObjective)network, batches.Epoch(0, 0, CancellationToken.None).First(), 0.5, CPU, SegmentationLoss.Balanced);
            Assert.That(loss.Terms.Select(term => term.Name), Is.EqualTo(new[] { "segmentation", "affinity" }));
            Assert.That(loss.Read() is { Terms: [var (_, segmentation), var (_, affinity)], Total: var total } && Math.Abs(segmentation + 0.1 * affinity - total) < 1e-4);
            optimizer.ZeroGradients();
            loss.Total.backward();
            optimizer.Step();
            network.eval();
            network.Segment(ImageTensors.Normalised(image, network.Normalisation).unsqueeze(0));
        }

        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 0; step < 3; step++) Step();

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private static Experiment TwoSteps => MicroExperiment.OneStage with
    {
        Refinement = new RefinementOptions { Steps = [new Refinement.Steps.PixelAdaptiveStepOptions { BackgroundPower = 1, Iterations = 2 }] },
        Segmentation = MicroExperiment.OneStage.Segmentation! with { Masks = MaskSource.Pseudo, Network = (WeClipOptions)MicroExperiment.OneStage.Segmentation.Network with { Online = null } },
    };

    private ExperimentResult Run(Experiment experiment, RecordingProgress progress) => new ExperimentRun(experiment, MicroExperiment.Context(folder, progress)).Run();
}
