using Pole.Data.Augmentations;
using Pole.Pipeline.Evaluation.Metrics;
using Pole.Pipeline.Refinement.Steps;
using Pole.Pipeline.Stages;
using Pole.Pipeline.Training;
using Pole.Zoo.Adaptors;
using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Objective;
using Pole.Zoo.Prompts.Learning;
using Pole.Zoo.Prompts.Selection;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Weights;

namespace Pole.Pipeline.Tests;

public sealed class ExperimentRunTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-run-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_chain_runs_from_data_to_score()
    {
        var progress = new RecordingProgress();
        var result = Run(MicroExperiment.Pole, progress);

        Assert.Multiple(() =>
        {
            Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "clip", "baseline", "masked-features", "selection", "clims", "evaluation" }));
            Assert.That(result.Score!.Labels, Is.EqualTo(new[] { "background", "boat", "fish", "train", "car", "bird", "flower" }));
            Assert.That(result.Score!.Images, Is.EqualTo(4));
            Assert.That(result.Score!.MeanIou, Is.InRange(0.0, 1.0));
            Assert.That(result.Score!.MeanIou, Is.EqualTo(result.Score!.Iou.Where(iou => iou is not null).Average()!.Value).Within(1e-12));
        });
    }

    [Test]
    public void Every_class_of_every_training_image_has_a_chosen_name_which_is_its_best()
    {
        var experiment = MicroExperiment.Pole;
        var run = new ExperimentRun(experiment, MicroExperiment.Context(folder, new RecordingProgress()));
        var choices = run.Run().Choices!.All;

        Assert.That(choices.Select(choice => (choice.Image, choice.Class)), Is.EqualTo(run.Dataset.Samples("train").SelectMany(sample => sample.PresentClasses.Select(present => (sample.Id, present)))));
        foreach (var choice in choices)
        {
            Assert.That(choice.Name, Is.EqualTo(experiment.Prompt!.Corpus.Take(run.Dataset.Classes[choice.Class], 3)[choice.Index]));
            Assert.That(choice.Scores[choice.Index], Is.EqualTo(choice.Scores.Max()));
            Assert.That(choice.Scores.Sum(), Is.EqualTo(1).Within(1e-4));
        }
    }

    [Test]
    public void The_names_that_training_free_CAMs_choose_are_those_of_the_evaluated_images_and_are_stored()
    {
        var run = new ExperimentRun(MicroExperiment.FrozenClip, MicroExperiment.Context(folder, new RecordingProgress()));
        var (first, again) = (run.Run().Choices!.All, Run(MicroExperiment.FrozenClip, new RecordingProgress()).Choices!.All);

        Assert.That(first.Select(choice => (choice.Image, choice.Class)), Is.EqualTo(run.Dataset.Samples(run.Dataset.EvaluationSplit).SelectMany(sample => sample.PresentClasses.Select(present => (sample.Id, present)))));
        Assert.That(first.Select(choice => choice.Name), Is.EqualTo(first.Select(choice => MicroExperiment.FrozenClip.Prompt!.Corpus.Take(choice.ClassName, 3)[choice.Index])));
        Assert.That(again.Select(choice => (choice.Image, choice.Class, choice.Index)), Is.EqualTo(first.Select(choice => (choice.Image, choice.Class, choice.Index))));
    }

    [Test]
    public void A_second_run_reuses_every_stage_and_gives_the_same_score()
    {
        var first = Run(MicroExperiment.Pole, new RecordingProgress());
        var progress = new RecordingProgress();
        var second = Run(MicroExperiment.Pole, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data" }));
        Assert.That(progress.Stored, Is.EqualTo(new[] { "clip", "baseline", "masked-features", "selection", "clims", "evaluation" }));
        Assert.That(second.Score!.Iou, Is.EqualTo(first.Score!.Iou));
    }

    [Test]
    public void Experiments_share_the_stages_that_they_have_in_common()
    {
        Run(MicroExperiment.Pole, new RecordingProgress());
        var progress = new RecordingProgress();
        Run(MicroExperiment.Pole with { Prompt = MicroExperiment.Pole.Prompt! with { Synonyms = 2 } }, progress);

        Assert.That(progress.Stored, Is.EqualTo(new[] { "clip", "baseline", "masked-features" }));
        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "selection", "clims", "evaluation" }));
    }

    [Test]
    public void A_baseline_may_come_from_a_checkpoint_of_CLIMS()
    {
        var first = Run(MicroExperiment.Baseline, new RecordingProgress());
        using var scope = TorchSharp.torch.NewDisposeScope();
        var own = Safetensors.Read(Directory.GetFiles(folder, "network.safetensors", SearchOption.AllDirectories).Single());
        var theirs = own.ToDictionary(entry => entry.Key.Replace("backbone.", "resnet50."), entry => entry.Value);
        theirs["stage1.0.weight"] = theirs["resnet50.conv1.weight"];
        theirs["resnet50.fc.weight"] = theirs["classifier.weight"];
        Safetensors.Write(Path.Combine(folder, "res50_cam.pth"), theirs);
        var progress = new RecordingProgress();
        var context = MicroExperiment.Context(Path.Combine(folder, "other"), progress);

        var imported = new ExperimentRun(MicroExperiment.Baseline with { BaselineWeights = "res50_cam.pth" }, context with { Modules = context.Modules with { WeightsFolder = folder } }).Run();

        Assert.That(imported.Score!.Iou, Is.EqualTo(first.Score!.Iou));
    }

    [TestCaseSource(nameof(Learners))]
    public void Every_prompt_learner_trains_in_the_CLIMS_loop(IModuleOptions<PromptLearner, PromptNames> learner)
    {
        var plain = Run(MicroExperiment.Pole, new RecordingProgress());
        var progress = new RecordingProgress();
        var learned = Run(MicroExperiment.Pole with { Prompt = MicroExperiment.Pole.Prompt! with { Learner = learner } }, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "clims", "evaluation" }));
        Assert.That(learned.Score!.Images, Is.EqualTo(plain.Score!.Images));
    }

    private static IModuleOptions<PromptLearner, PromptNames>[] Learners => [new FixedTemplatesOptions { Templates = ["a photo of {}.", "a {}."] }, new MeanOfNamesOptions(), new ContextOptions { Tokens = 3 }, new ContextOptions { Tokens = 3, ClassSpecific = true }, new TargetOptions()];

    [Test]
    public void A_learnable_ratio_is_trained_and_its_course_is_measured()
    {
        var curve = Measured(MicroExperiment.Pole with { Adaptor = new AdaptorOptions { Image = new ResidualAdaptorOptions { LearnableRatio = LearnableRatio.Sigmoid }, Text = new ResidualAdaptorOptions(), Rate = 100 } });

        Assert.That(curve[0].Values["ratio.image"], Is.EqualTo(0.2).Within(1e-6));
        Assert.That(curve[^1].Values["ratio.image"], Is.Not.EqualTo(0.2).Within(1e-4));
        Assert.That(curve[0].Values, Does.Not.ContainKey("ratio.text"), "a fixed ratio has no course");
    }

    [Test]
    public void What_the_judge_sees_is_measured_at_every_step()
    {
        var curve = Measured(MicroExperiment.Pole);

        Assert.That(curve.Select(step => step.Values["otm.cosine"]).Concat(curve.Select(step => step.Values["btm.cosine"])), Is.All.InRange(-1, 1));
        Assert.That(curve.Select(step => step.Values["cbs.active"]), Is.All.InRange(0, 1));
        Assert.That(curve[0].Values["loss.otm"], Is.GreaterThanOrEqualTo(-Math.Log(curve[0].Values["otm.cosine"]) - 1e-5), "−log is convex");
    }

    [Test]
    public void A_template_of_the_selection_changes_the_scores_and_not_the_losses()
    {
        var (plain, other) = (new RecordingProgress(), new RecordingProgress());
        var first = Run(MicroExperiment.Pole, plain);
        var second = Run(MicroExperiment.Pole with { Prompt = MicroExperiment.Pole.Prompt! with { SelectionTemplate = "fish {}." } }, other);

        Assert.That(second.Choices!.All.SelectMany(choice => choice.Scores), Is.Not.EqualTo(first.Choices!.All.SelectMany(choice => choice.Scores)));
        Assert.That(other.Worked, Does.Contain("selection").And.Not.Contain("masked-features"));
    }

    [Test]
    public void A_class_may_have_more_names_than_the_others()
    {
        var result = Run(MicroExperiment.Pole with { Prompt = MicroExperiment.Pole.Prompt! with { Synonyms = 1, SynonymsByClass = new Dictionary<string, int> { ["train"] = 3 } } }, new RecordingProgress());

        Assert.That(result.Choices!.All.Select(choice => (choice.Class == 2, choice.Names.Count)).Distinct(), Is.EquivalentTo(new[] { (true, 3), (false, 1) }));
    }

    [Test]
    public void A_term_that_is_left_out_is_neither_computed_nor_measured() =>
        Assert.That(Measured(MicroExperiment.Pole with { Objective = new ObjectiveOptions { Terms = [new OtmOptions(), new RegOptions()] } })[0].Values.Keys.Where(name => name.StartsWith("loss", StringComparison.Ordinal)), Is.EqualTo(new[] { "loss", "loss.otm", "loss.reg" }));

    private List<Measurement> Measured(Experiment experiment) =>
        [.. MeasurementFile.Read(Path.Combine(Run(experiment, new RecordingProgress()).Stages.Single(stage => stage.Stage == "clims").Folder, MeasurementFile.Name))];

    [Test]
    public void A_rule_that_looks_at_scores_shares_them_and_one_that_does_not_needs_none()
    {
        Experiment With(IModuleOptions<ISelectionRule>? rule) => MicroExperiment.Pole with { Prompt = MicroExperiment.Pole.Prompt! with { Selection = rule } };
        var best = Run(With(null), new RecordingProgress());
        var (same, perClass, chance) = (new RecordingProgress(), new RecordingProgress(), new RecordingProgress());
        Run(With(new BestPerImageOptions()), same);
        var byClass = Run(With(new BestPerClassOptions()), perClass);
        Run(With(new RandomNameOptions()), chance);

        Assert.That(best.Choices!.All.Select(choice => choice.Index), Is.EqualTo(best.Choices.All.Select(choice => choice.Scores.Index().MaxBy(score => score.Item).Index)));
        Assert.That(byClass.Choices!.All.GroupBy(choice => choice.Class).Select(group => group.Select(choice => choice.Name).Distinct().Count()), Is.All.EqualTo(1));
        Assert.That(same.Worked, Is.EqualTo(new[] { "data" }), "the default under its name");
        Assert.That(perClass.Worked, Does.Not.Contain("masked-features").And.Contain("selection"));
        Assert.That(chance.Worked, Does.Not.Contain("masked-features").And.Contain("selection"));
        Assert.That(StageGraph.Of(With(new RandomNameOptions())).Nodes.Select(node => node.Name), Does.Not.Contain("masked-features"));
    }

    [Test]
    public void The_chain_goes_on_over_refinement_to_segmentation()
    {
        Run(MicroExperiment.Pole, new RecordingProgress());
        var progress = new RecordingProgress();
        var result = Run(MicroExperiment.Full, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "confident-labels", "affinity", "pseudo-masks", "mask-evaluation", "segmentation", "segmentation-evaluation" }));
        Assert.That(result.Chain.Select(score => (score.Step, score.Split)), Is.EqualTo(new[] { ("CAM", "train"), ("random walk", "train"), ("random walk + CRF", "train"), ("segmentation", "val"), ("segmentation + CRF", "val") }));
        Assert.That(result.Chain.Select(score => score.MeanIou), Is.All.InRange(0.0, 1.0));
    }

    [Test]
    public void Pseudo_masks_are_palette_PNGs_of_every_training_image()
    {
        Run(MicroExperiment.Full with { Segmentation = null }, new RecordingProgress());
        var masks = Directory.GetFiles(Path.Combine(Directory.GetDirectories(Path.Combine(folder, "stages", "pseudo-masks")).Single(), "masks"), "*.png");

        Assert.That(masks, Has.Length.EqualTo(12));
        Assert.That(masks.Select(mask => Data.Imaging.ImageCodec.ReadLabels(mask).Width), Is.All.EqualTo(64));
    }

    [Test]
    public void The_bound_is_trained_on_the_ground_truth_alone()
    {
        var progress = new RecordingProgress();
        var result = Run(MicroExperiment.Baseline with { Segmentation = MicroExperiment.Full.Segmentation! with { Masks = MaskSource.Truth } }, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "baseline", "evaluation", "segmentation", "segmentation-evaluation" }));
        Assert.That(result.Chain, Has.Count.EqualTo(2));
    }

    [Test]
    public void Steps_that_need_no_affinities_train_none_and_each_is_measured_under_its_name()
    {
        var progress = new RecordingProgress();
        var result = Run(MicroExperiment.Baseline with { Refinement = new RefinementOptions { Steps = [new DenseCrfStepOptions { Iterations = 1 }, new DenseCrfStepOptions()] } }, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "baseline", "evaluation", "pseudo-masks", "mask-evaluation" }));
        Assert.That(result.Chain.Select(score => score.Step), Is.EqualTo(new[] { "CAM", "CRF", "CRF + CRF" }));
    }

    [Test]
    public void Pixels_that_the_CRF_is_unsure_of_are_not_learnt_from_and_are_measured_like_all_others()
    {
        var all = Run(MicroExperiment.Baseline with { Refinement = new RefinementOptions { Steps = [new DenseCrfStepOptions { Iterations = 1 }] } }, new RecordingProgress());
        var sure = Run(MicroExperiment.Baseline with { Refinement = new RefinementOptions { Steps = [new DenseCrfStepOptions { Iterations = 1, IgnoreBelow = 0.95 }] } }, new RecordingProgress());

        var (learnt, before) = (Labels(sure), Labels(all));
        Assert.That(learnt.Zip(before).Where(pair => pair.First != LabelMap.Ignored), Has.All.Matches<(byte Learnt, byte Before)>(pair => pair.Learnt == pair.Before));
        Assert.That(learnt.Count(label => label == LabelMap.Ignored), Is.InRange(1, learnt.Count - 1));
        Assert.That(sure.Chain.Select(score => (score.Step, score.MeanIou)), Is.EqualTo(all.Chain.Select(score => (score.Step, score.MeanIou))));

        static List<byte> Labels(ExperimentResult result) => [.. Directory.GetFiles(result.MasksFolder!, "*.png").Order(StringComparer.Ordinal).SelectMany(file => Data.Imaging.ImageCodec.ReadLabels(file).Labels)];
    }

    [Test]
    public void A_source_of_CAMs_takes_the_place_of_the_network()
    {
        var progress = new RecordingProgress();
        var result = Run(MicroExperiment.TrainingFree, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "clip", "evaluation", "confident-labels", "affinity", "pseudo-masks", "mask-evaluation" }));
        Assert.That(result.Score!.MeanIou, Is.GreaterThan(0));
        Assert.That(result.Chain, Has.Count.EqualTo(3));
    }

    [Test]
    public void CLIP_ES_trains_nothing_but_the_small_CLIP()
    {
        var progress = new RecordingProgress();
        var result = Run(MicroExperiment.FrozenClip, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "clip", "evaluation", "pseudo-masks", "mask-evaluation" }));
        Assert.That(result.Chain.Select(score => score.Step), Is.EqualTo(new[] { "CAM", "CRF" }));
        Assert.That(result.Chain.Select(score => score.MeanIou), Is.All.GreaterThan(0));
    }

    [Test]
    public void Metrics_are_measured_after_each_step_and_train_nothing_again()
    {
        Run(MicroExperiment.Full, new RecordingProgress());
        var progress = new RecordingProgress();
        var result = Run(MicroExperiment.Full with { Metrics = [new PrecisionOptions(), new BoundaryFOptions()] }, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "evaluation", "mask-evaluation", "segmentation-evaluation" }));
        Assert.That(result.Chain.Select(score => score.Metrics).Append(result.Score!.Metrics).Select(metrics => string.Join(' ', metrics.Keys)), Is.All.EqualTo("precision boundary-f"));
        Assert.That(result.Chain.SelectMany(score => score.Metrics.Values), Is.All.InRange(0.0, 1.0));
    }

    [TestCaseSource(nameof(Affinities))]
    public void Every_affinity_and_backbone_makes_masks(RefinementOptions refinement)
    {
        Run(MicroExperiment.Baseline, new RecordingProgress());
        var result = Run(MicroExperiment.Baseline with { Refinement = refinement }, new RecordingProgress());

        Assert.That(result.Chain.Select(score => score.Step), Is.EqualTo(new[] { "CAM", "random walk" }));
        Assert.That(result.Chain[0].MeanIou, Is.Not.EqualTo(result.Chain[1].MeanIou));
    }

    private static IEnumerable<RefinementOptions> Affinities
    {
        get
        {
            var plain = MicroExperiment.Full.Refinement! with { Steps = [new RandomWalkOptions { ExpTimes = 2 }] };
            IReadOnlyList<IModuleOptions<RefinementStep, RefinementBase>> against = [new RandomWalkOptions { ExpTimes = 2, BackgroundPower = 4 }];
            return [plain, plain with { Steps = against }, plain with { Affinity = new AffinityNetOptions { Radius = 3 } }, plain with { Affinity = new AffinityNetOptions { Radius = 3 }, Steps = against, Backbone = new ResNetOptions { Width = 4 } }];
        }
    }

    [TestCaseSource(nameof(Segmentations))]
    public void Every_segmentation_network_trains_on_the_CAM_networks_backbone(IModuleOptions<SegmentationNetwork, SegmentationBase> network)
    {
        Run(MicroExperiment.Baseline, new RecordingProgress());
        var result = Run(MicroExperiment.Baseline with { Segmentation = new SegmentationOptions { Network = network, Training = MicroExperiment.Full.Segmentation!.Training } }, new RecordingProgress());

        Assert.That(result.Chain.Select(score => score.Step), Is.EqualTo(new[] { "CAM", "segmentation" }));
    }

    /// <summary>At a few cells: the labels, colours, crops and losses in which AffinityNet's chain and DeepLab's protocol differ from the defaults.</summary>
    [Test]
    public void AffinityNets_labels_and_DeepLabs_crops_and_loss_go_through_the_chain()
    {
        var (refinement, segmentation) = (MicroExperiment.Full.Refinement!, MicroExperiment.Full.Segmentation!);
        var jitter = new ColourJitterOptions { Brightness = 0.3, Contrast = 0.3, Saturation = 0.3, Hue = 0.1 };
        var result = Run(MicroExperiment.Baseline with
        {
            Refinement = refinement with
            {
                ForegroundAlpha = 4, BackgroundAlpha = 32, Affinity = new AffinityNetOptions { Radius = 3 }, Steps = [new RandomWalkOptions { ExpTimes = 2, BackgroundPower = 4 }],
                Training = refinement.Training! with { Augmentation = new RandomScaleOptions { Factors = [1], Jitter = jitter } },
            },
            Segmentation = segmentation with
            {
                Loss = SegmentationLoss.Balanced,
                Training = segmentation.Training with { Augmentation = new RandomScaleOptions { Factors = [0.5, 0.75, 1.25], Resize = ResizeFilter.Bilinear, Padding = CropPadding.BottomRight } },
            },
        }, new RecordingProgress());

        Assert.That(result.Chain.Select(score => score.Step), Is.EqualTo(new[] { "CAM", "random walk", "segmentation", "segmentation + CRF" }));
        Assert.That(result.Chain.Select(score => score.MeanIou), Is.All.InRange(0, 1));
    }

    private static IModuleOptions<SegmentationNetwork, SegmentationBase>[] Segmentations => [new DeepLabV1Options { Rate = 2 }, new DeepLabV2Options { Rates = [1, 2], Scales = [0.5] }, new DeepLabV3PlusOptions { Rates = [1, 2], Channels = 8, LowLevelChannels = 4 }];

    [Test]
    public void A_step_of_two_batches_is_a_step_of_one_batch_twice_as_large()
    {
        // Without batch norm in training mode the gradient of a batch is the mean of its halves' gradients.
        var segmentation = new SegmentationOptions { Network = new DeepLabV1Options { Rate = 2 }, Backbone = new CaffeResNetOptions { Width = 4, Blocks = [1, 1, 1, 1] }, Masks = MaskSource.Truth, Training = MicroExperiment.Full.Segmentation!.Training with { Norms = NormMode.Frozen, Epochs = null, Iterations = 2, BatchSize = 6, Augmentation = new RandomScaleOptions { Factors = [1] } } };
        var whole = Run(MicroExperiment.Baseline with { Segmentation = segmentation }, new RecordingProgress());
        var halves = Run(MicroExperiment.Baseline with { Segmentation = segmentation with { Training = segmentation.Training with { BatchSize = 3, Accumulate = 2 } } }, new RecordingProgress());

        Assert.That(halves.Chain[0].Iou.Select(iou => iou ?? -1), Is.EqualTo(whole.Chain[0].Iou.Select(iou => iou ?? -1)).Within(1e-3));
    }

    [Test]
    public void Another_threshold_measures_again_and_trains_nothing()
    {
        Run(MicroExperiment.Baseline, new RecordingProgress());
        var progress = new RecordingProgress();
        Run(MicroExperiment.Baseline with { Cam = MicroExperiment.Baseline.Cam with { Threshold = 0.5 } }, progress);

        Assert.That(progress.Worked, Is.EqualTo(new[] { "data", "evaluation" }));
    }

    [Test]
    public void Equal_seeds_give_equal_results_in_different_stores()
    {
        var first = Run(MicroExperiment.Baseline, new RecordingProgress());
        var second = Run(MicroExperiment.Baseline, new RecordingProgress(), Path.Combine(folder, "other"));

        Assert.That(second.Score!.Iou.Select(iou => iou ?? -1), Is.EqualTo(first.Score!.Iou.Select(iou => iou ?? -1)).Within(1e-6));
    }

    [Test]
    public void Results_do_not_depend_on_the_number_of_workers()
    {
        var alone = Run(MicroExperiment.Pole, new RecordingProgress());
        var context = MicroExperiment.Context(Path.Combine(folder, "other"), new RecordingProgress());
        var helped = new ExperimentRun(MicroExperiment.Pole, context with { Modules = context.Modules with { Workers = 3 } }).Run();

        Assert.That(helped.Score!.Iou.Select(iou => iou ?? -1), Is.EqualTo(alone.Score!.Iou.Select(iou => iou ?? -1)).Within(1e-6));
        Assert.That(helped.Choices!.All.Select(choice => choice.Index), Is.EqualTo(alone.Choices!.All.Select(choice => choice.Index)));
    }

    [Test]
    public void A_stopped_run_keeps_its_finished_stages_and_goes_on_there()
    {
        using var stop = new CancellationTokenSource();
        var stopping = new RecordingProgress { OnAdvance = stage => { if (stage == "clims") stop.Cancel(); } };
        Assert.That(() => new ExperimentRun(MicroExperiment.Pole, MicroExperiment.Context(folder, stopping, stop.Token)).Run(), Throws.InstanceOf<OperationCanceledException>());

        var progress = new RecordingProgress();
        Run(MicroExperiment.Pole, progress);

        Assert.That(progress.Stored, Is.EqualTo(new[] { "clip", "baseline", "masked-features", "selection" }));
        Assert.That(Directory.EnumerateDirectories(folder, "*.tmp", SearchOption.AllDirectories), Is.Empty);
    }

    private ExperimentResult Run(Experiment experiment, RecordingProgress progress, string? store = null) =>
        new ExperimentRun(experiment, MicroExperiment.Context(store ?? folder, progress)).Run();
}
