using Pole.Data.Augmentations;
using Pole.Data.Shapes;
using Pole.Data.Voc;
using Pole.Pipeline.Evaluation.Metrics;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.Excel;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Pipeline.Inference.WeClip;
using Pole.Pipeline.Refinement.Steps;
using Pole.Zoo.Adaptors;
using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Clip;
using Pole.Zoo.Clip.Aligned;
using Pole.Zoo.Objective;
using Pole.Zoo.Prompts.Describing;
using Pole.Zoo.Prompts.Learning;

namespace Pole.Pipeline.Tests;

/// <summary>What parts of an experiment say of each other before anything is run.</summary>
public sealed class CrossCheckTests
{
    private static readonly Experiment Full = MicroExperiment.Full;

    [Test]
    public void A_sound_experiment_has_no_conflict() => Assert.That(SpecConflict.Of(Full), Is.Empty);

    [Test]
    public void Published_text_embeddings_have_their_template_and_their_names()
    {
        var names = MicroExperiment.Full.Prompt!.Corpus.Names.Keys.ToDictionary(name => name, name => (IReadOnlyList<string>)[name == "flower" ? "sunflower" : name, "fog machine"], StringComparer.Ordinal);
        var aligned = Full with
        {
            Clip = new AlignedRn50Options { Backbone = new ResNetOptions() },
            Prompt = new PromptOptions { Template = "a {}", Corpus = new Corpus { Name = "micro", Names = names }, Backgrounds = ["vase"] },
            Adaptor = new AdaptorOptions(),
        };

        Assert.That(SpecConflict.Of(aligned), Is.Empty);
        Expect(aligned with { Prompt = aligned.Prompt! with { Template = "a photo of a {}." } }, "prompt.template", "were made with \"a {}\"");
        Expect(aligned with { Prompt = aligned.Prompt! with { Synonyms = 2 } }, "prompt.corpus", "is called 'fog machine', of which there is no published text embedding");
        Expect(aligned with { Prompt = aligned.Prompt! with { Backgrounds = ["meadow"] } }, "prompt.backgrounds", "there is no published text embedding of 'meadow'");
        Expect(aligned with { Prompt = aligned.Prompt! with { Learner = new ContextOptions() } }, "prompt.learner", "no prompt can be learnt");
        Expect(aligned with { Clip = new AlignedRn50Options { Backbone = new ResNetOptions(), Cone = 0.5, Gap = 0.5 } }, "clip.gap", "leave nothing of an embedding");
    }

    [Test]
    public void An_adaptor_is_not_narrower_than_nothing() =>
        Expect(Full with { Adaptor = new AdaptorOptions { Text = new ResidualAdaptorOptions { Reduction = 64 } } }, "adaptor.text.reduction", "the embedding dimension of the clip is 32, and reduction is 64");

    [Test]
    public void A_learnable_ratio_starts_where_its_sigmoid_can_be() =>
        Expect(Full with { Adaptor = new AdaptorOptions { Image = new ResidualAdaptorOptions { Ratio = 0, LearnableRatio = LearnableRatio.Sigmoid } } }, "adaptor.image.ratio", "a sigmoid never reaches 0");

    [Test]
    public void A_term_is_given_once() =>
        Expect(Full with { Objective = new ObjectiveOptions { Terms = [new RegOptions(), new OtmOptions(), new RegOptions()] } }, "objective.terms[2]", "the term 'reg' is given twice");

    [Test]
    public void Backgrounds_are_not_suppressed_where_there_are_none() =>
        Expect(Full with { Prompt = Full.Prompt! with { Backgrounds = [] } }, "objective.terms[2]", "the term 'cbs' compares the foreground with prompt.backgrounds, which is empty");

    [Test]
    public void Nothing_is_refined_for_a_bound() =>
        Expect(Full with { Segmentation = Full.Segmentation! with { Masks = MaskSource.Truth } }, "refinement", "nothing is refined where segmentation.masks is truth");

    [Test]
    public void A_random_walk_needs_affinities()
    {
        Expect(Full with { Refinement = new RefinementOptions() }, "refinement", "the random walk goes along affinities");
        Expect(Full with { Refinement = new RefinementOptions { Steps = [new RandomWalkOptions(), new DenseCrfStepOptions()] } }, "refinement.steps[0]", "random-walk goes along affinities: give refinement.affinity and refinement.training");
        Expect(Full with { Refinement = new RefinementOptions { Steps = [new DenseCrfStepOptions()], Backbone = new ResNetOptions() } }, "refinement.backbone", "nothing stands on it");
    }

    [Test]
    public void Only_the_last_step_leaves_pixels_out_of_the_training() =>
        Expect(Full with { Refinement = Full.Refinement! with { Steps = [new RandomWalkOptions(), new DenseCrfStepOptions { IgnoreBelow = 0.9 }, new DenseCrfStepOptions()] } }, "refinement.steps[1].ignore-below", "dense-crf after it would relabel the pixels");

    [Test]
    public void Affinities_are_not_learned_for_nothing() =>
        Expect(Full with { Refinement = Full.Refinement! with { Steps = [new DenseCrfStepOptions()] } }, "refinement.affinity", "no step uses the affinities");

    [Test]
    public void Nothing_is_refined_that_the_random_walk_does_not_begin_with() =>
        Expect(Full with { Refinement = Full.Refinement! with { Steps = [new DenseCrfStepOptions(), new RandomWalkOptions()] } }, "refinement.steps[1]", "put it first");

    [Test]
    public void A_CAM_network_is_trained_on_a_backbone()
    {
        Expect(Full with { Backbone = null, Refinement = null, Segmentation = null }, "backbone", "it is missing, and the CAM network needs it");
        Expect(Full with { Baseline = null }, "baseline", "give the training of the CAM network, or baseline-weights");
        Assert.That(SpecConflict.Of(Full with { Baseline = null, BaselineWeights = "res50_cam.pth" }), Is.Empty);
    }

    [Test]
    public void A_CLIP_is_there_to_be_asked()
    {
        Expect(MicroExperiment.Baseline with { Clip = Full.Clip, Prompt = Full.Prompt }, "clip", "it is not used");
        Expect(MicroExperiment.Baseline with { Clims = Full.Clims, Objective = new ObjectiveOptions { Terms = [new RegOptions()] } }, "clims", "CLIP judges what the objective trains");
    }

    [TestCaseSource(nameof(BesideASource))]
    public void What_trains_a_network_is_left_out_where_a_source_takes_its_place(Experiment experiment, string path, string message) => Expect(experiment, path, message);

    private static IEnumerable<TestCaseData> BesideASource
    {
        get
        {
            var free = MicroExperiment.TrainingFree;
            Assert.That(SpecConflict.Of(free), Is.Empty);
            return new[]
            {
                (free with { Backbone = Full.Backbone }, "backbone", "leave backbone out, with ~ where a base gives it"),
                (free with { Baseline = Full.Baseline }, "baseline", "leave baseline out"),
                (free with { BaselineWeights = "a.pth" }, "baseline-weights", "leave baseline-weights out"),
                (free with { Cam = free.Cam with { Network = new Zoo.Cam.ClassifierCamNetworkOptions() } }, "cam.network", "leave cam.network out"),
                (free with { Clims = Full.Clims, Objective = Full.Objective }, "clims", "leave clims out"),
                (free with { Adaptor = new AdaptorOptions { Text = new ResidualAdaptorOptions() } }, "adaptor.text", "leave adaptor.text out"),
                (free with { Prompt = free.Prompt! with { Selection = new Zoo.Prompts.Selection.RandomNameOptions() } }, "prompt.selection", "leave prompt.selection out"),
                (free with { Prompt = free.Prompt! with { Learner = new Zoo.Prompts.Learning.MeanOfNamesOptions() } }, "prompt.learner", "leave prompt.learner out"),
                (free with { Refinement = free.Refinement! with { Backbone = null } }, "refinement", "give refinement.backbone"),
                (free with { Segmentation = Full.Segmentation! with { Backbone = null } }, "segmentation", "give segmentation.backbone"),
                (free with { Clip = null, Prompt = null }, "cam.source", "rise asks a CLIP for the class"),
            }.Select(row => new TestCaseData(row.Item1, row.Item2, row.Item3).SetArgDisplayNames(row.Item2));
        }
    }

    [TestCaseSource(nameof(AroundClipEs))]
    public void CLIP_ES_fits_its_CLIP_and_its_names(Experiment experiment, string path, string message) => Expect(experiment, path, message);

    private static IEnumerable<TestCaseData> AroundClipEs
    {
        get
        {
            var sound = MicroExperiment.FrozenClip;
            Assert.That(SpecConflict.Of(sound), Is.Empty);
            Experiment With(ClipEsOptions source) => sound with { Cam = sound.Cam with { Source = source } };
            var refined = new ClipEsOptions { Refinement = new AttentionRefinementOptions { Blocks = 4 } };
            Assert.That(SpecConflict.Of(With(new ClipEsOptions()) with { Clip = new Rn50Options() }), Is.Empty);
            Assert.That(SpecConflict.Of(With(refined) with { Clip = new VitL14Options() }), Is.Empty);
            return new[]
            {
                (sound with { Clip = null, Prompt = null }, "cam.source", "clip-es looks into a CLIP: give clip and prompt"),
                (With(refined) with { Clip = new Rn50Options() }, "cam.source.refinement", "is no ViT, so it has no attention between patches to go along: take a ViT, such as vit-b-16"),
                (With(refined) with { Clip = Full.Clip }, "cam.source.refinement", "or leave refinement out"),
                (With(new ClipEsOptions { Refinement = new AttentionRefinementOptions { Blocks = 13 } }) with { Clip = new VitB16Options() }, "cam.source.refinement.blocks", "has 12 blocks, and the attentions of 13 are asked for"),
                (With(new ClipEsOptions { Names = NameUse.Mean }) with { Prompt = sound.Prompt! with { Synonyms = 1 } }, "cam.source.names", "raise prompt.synonyms, or give prompt.learner: best-description, or leave names out"),
                (With(new ClipEsOptions { Names = NameUse.Oracle }), "cam.source.names", "the oracle reads the ground truth"),
                (sound with { Prompt = sound.Prompt! with { Backgrounds = [] } }, "cam.source", "give prompt.backgrounds"),
                (sound with { Refinement = new RefinementOptions { Steps = [new DenseCrfStepOptions(), new DenseCrfStepOptions { BackgroundPower = 1 }] } }, "refinement.steps[1].background-power", "put it first, or leave background-power out"),
            }.Select((row, index) => new TestCaseData(row.Item1, row.Item2, row.Item3).SetArgDisplayNames($"{index} {row.Item2}"));
        }
    }

    [TestCaseSource(nameof(AroundWeClip))]
    public void WeCLIP_fits_its_CLIP_and_its_masks(Experiment experiment, string path, string message) => Expect(experiment, path, message);

    private static IEnumerable<TestCaseData> AroundWeClip
    {
        get
        {
            var sound = MicroExperiment.OneStage;
            var (segmentation, network) = (sound.Segmentation!, (WeClipOptions)sound.Segmentation!.Network);
            Experiment With(WeClipOptions changed) => sound with { Segmentation = segmentation with { Network = changed } };
            var onlyDecoder = MicroExperiment.Baseline with { Clip = sound.Clip, Prompt = sound.Prompt, Segmentation = segmentation };
            Assert.That(SpecConflict.Of(sound), Is.Empty);
            Assert.That(SpecConflict.Of(onlyDecoder), Is.Empty, "the clip is asked by the decoder alone");
            Assert.That(SpecConflict.Of(With(new WeClipOptions { FeatureMaps = 11 }) with { Clip = new VitB16Options(), Segmentation = segmentation with { Network = new WeClipOptions { FeatureMaps = 11 }, Training = segmentation.Training with { Crop = 320 } } }), Is.Empty);
            return new[]
            {
                (onlyDecoder with { Clip = null, Prompt = null }, "segmentation.network", "weclip stands on the image tower of a CLIP: give clip and prompt"),
                (onlyDecoder with { Clip = new Rn50Options() }, "segmentation.network", "this clip has none: take a ViT, such as vit-b-16 or a tiny-clip with patch-size, or a deeplab with segmentation.backbone"),
                (With(network with { FeatureMaps = 4 }), "segmentation.network.feature-maps", "has 4 blocks, of which 3 before the last give features, and 4 are asked for"),
                (With(network with { Heads = 3 }), "segmentation.network.heads", "a width of 16 cannot be divided into 3 heads"),
                (With(network with { Online = network.Online! with { LearntBlocks = 5 } }), "segmentation.network.online.learnt-blocks", "has 4 blocks, and the attentions of 5 are asked for"),
                (With(network with { Online = network.Online! with { Refinement = new AttentionRefinementOptions() } }), "segmentation.network.online.refinement.blocks", "has 4 blocks, and the attentions of 8 are asked for"),
                (With(network with { Online = new OnlineMaskOptions { LearntBlocks = 4 } }), "segmentation.network", "give online.refinement.blocks"),
                (sound with { Segmentation = segmentation with { Training = segmentation.Training with { Crop = 60 } } }, "segmentation.training.crop", "no whole number of the clip's patches of 8: take 64"),
                (sound with { Segmentation = segmentation with { Backbone = Full.Backbone } }, "segmentation.backbone", "weclip stands on the clip: leave segmentation.backbone out"),
                (sound with { Segmentation = segmentation with { Masks = MaskSource.Pseudo } }, "segmentation.network.online", "it has no effect unless segmentation.masks is online"),
                (sound with { Refinement = MicroExperiment.FrozenClip.Refinement }, "refinement", "nothing learns from refined masks where segmentation.masks is online"),
                (onlyDecoder with { Prompt = sound.Prompt! with { Backgrounds = [] } }, "prompt.backgrounds", "give prompt.backgrounds"),
                (onlyDecoder with { Prompt = sound.Prompt! with { Learner = new MeanOfNamesOptions() } }, "prompt.learner", "ask the clip for the first name of each class"),
                (Full with { Refinement = null, Segmentation = Full.Segmentation! with { Masks = MaskSource.Online } }, "segmentation.masks", "deeplab-v2 makes no masks itself: leave masks out, or take weclip"),
            }.Select((row, index) => new TestCaseData(row.Item1, row.Item2, row.Item3).SetArgDisplayNames($"{index} {row.Item2}"));
        }
    }

    [Test]
    public void A_bank_of_its_own_CLIP_fits_text_embeddings_without_a_tower_and_sentences_do_not()
    {
        var names = Full.Prompt!.Corpus.Names.Keys.ToDictionary(name => name, name => (IReadOnlyList<string>)[name], StringComparer.Ordinal);
        Experiment Aligned(IModuleOptions<PromptLearner, PromptNames> learner, IReadOnlyList<Descriptions>? descriptions = null, double cone = 0) => Full with
        {
            Clip = new AlignedB16Options { Backbone = new ResNetOptions { Width = 4 }, Cone = cone }, Adaptor = new AdaptorOptions(),
            Prompt = Full.Prompt! with { Template = "a photo of a {}", Corpus = Full.Prompt!.Corpus with { Names = names }, Synonyms = 1, Backgrounds = [], Learner = learner, Descriptions = descriptions },
        };

        string[] Conflicts(Experiment experiment) => [.. SpecConflict.Of(experiment).Where(conflict => conflict.Path.StartsWith("prompt.learner", StringComparison.Ordinal)).Select(conflict => conflict.Message)];
        Assert.That(Conflicts(Aligned(new DescriptionBankOptions { File = "bank.pth", Clip = "vit-b-16" })), Is.Empty);
        Assert.That(Conflicts(Aligned(new DescriptionBankOptions { File = "bank.pth", Clip = "rn50" })), Has.One.Contains("the bank has embeddings of rn50, and the clip has those of vit-b-16"));
        Assert.That(Conflicts(Aligned(new DescriptionBankOptions { File = "bank.pth", Clip = "vit-b-16" }, cone: 0.18)), Has.One.Contains("leave clip.cone and clip.gap out"));
        Assert.That(Conflicts(Aligned(new MeanOfDescriptionsOptions(), [new Descriptions { Name = "own", Sentences = new Dictionary<string, IReadOnlyList<string>>() }])), Has.One.Contains("no text tower"));
    }

    [TestCaseSource(nameof(AroundExcel))]
    public void ExCEL_fits_its_CLIP_and_its_texts(Experiment experiment, string path, string message) => Expect(experiment, path, message);

    private static IEnumerable<TestCaseData> AroundExcel
    {
        get
        {
            var sound = MicroExperiment.FrozenClip with { Cam = MicroExperiment.FrozenClip.Cam with { Source = new ExcelOptions { Side = 64, Blocks = 2, Refinement = new ExcelRefinementOptions { Blocks = 3 } } } };
            Assert.That(SpecConflict.Of(sound), Is.Empty);
            Experiment With(ExcelOptions source) => sound with { Cam = sound.Cam with { Source = source } };
            Experiment Asking(IModuleOptions<PromptLearner, PromptNames>? learner, params IReadOnlyList<Descriptions>? descriptions) => sound with { Prompt = sound.Prompt! with { Learner = learner, Descriptions = descriptions } };
            Descriptions Sentences(string name, params string[] ofBoat) => new() { Name = name, Sentences = new Dictionary<string, IReadOnlyList<string>> { ["boat"] = ofBoat, ["fish"] = ["a fish."] } };
            var one = Sentences("one", "a boat.");
            Assert.That(SpecConflict.Of(Asking(new MeanOfDescriptionsOptions(), one)), Is.Empty);
            Assert.That(SpecConflict.Of(Asking(new DescriptionBankOptions { File = "bank.pth", Clip = "tiny-clip" }, null)), Is.Empty);
            Assert.That(SpecConflict.Of(Asking(new BestDescriptionOptions(), one) with { Cam = sound.Cam with { Source = new ExcelOptions { Blocks = 2, Names = NameUse.Mean } } }), Is.Empty);
            return new[]
            {
                (sound with { Clip = null, Prompt = null }, "cam.source", "excel looks into a CLIP: give clip and prompt"),
                (sound with { Clip = new Rn50Options() }, "clip", "is a ResNet: take a ViT, such as vit-b-16 or a tiny-clip with patch-size, or clip-es or rise as the cam.source"),
                (With(new ExcelOptions { Blocks = 5 }), "cam.source.blocks", "has 4 blocks, and 5 with a second path are asked for"),
                (With(new ExcelOptions { Blocks = 2, Refinement = new ExcelRefinementOptions() }), "cam.source.refinement.blocks", "has 4 blocks, and the attentions of 6 are asked for"),
                (Asking(new MeanOfDescriptionsOptions(), null), "prompt.learner", "mean-of-descriptions makes texts of sentences about the classes: give prompt.descriptions"),
                (Asking(null, one), "prompt.descriptions", "nothing reads them"),
                (Asking(new DescriptionBankOptions { File = "bank.pth", Clip = "tiny-clip" }, one), "prompt.descriptions", "nothing reads them"),
                (Asking(new DescriptionBankOptions { File = "bank.pth", Clip = "vit-b-16" }, null), "prompt.learner.clip", "the bank has embeddings of vit-b-16, and the clip has those of tiny-clip"),
                (Asking(new DescriptionBankOptions { Clusters = 3 }, one), "prompt.learner.clusters", "3 clusters of 2 sentences"),
                (Asking(new DescriptionBankOptions { Clusters = 2, Sha256 = "00000000" }, one), "prompt.learner.sha256", "there is no file"),
                (Asking(new MeanOfDescriptionsOptions(), one with { Sentences = new Dictionary<string, IReadOnlyList<string>> { ["boat"] = [string.Join(' ', Enumerable.Repeat("boat", 40))] } }), "prompt.descriptions[0]", "has 40 words, but this clip accepts at most 10 tokens"),
                (Asking(new MeanOfDescriptionsOptions(), one, Sentences("two", "A boat.")), "prompt.descriptions[1]", "in another source too, as 1 more have: take them out of 'two'"),
                (Full with { Prompt = Full.Prompt! with { Learner = new BestDescriptionOptions(), Descriptions = [one] } }, "prompt.learner", "best-description chooses a sentence for each image where CAMs come from a frozen CLIP"),
                (MicroExperiment.TrainingFree with { Prompt = sound.Prompt! with { Learner = new MeanOfDescriptionsOptions(), Descriptions = [one] } }, "prompt.learner", "leave prompt.learner out"),
            }.Select((row, index) => new TestCaseData(row.Item1, row.Item2, row.Item3).SetArgDisplayNames($"{index} {row.Item2}"));
        }
    }

    [Test]
    public void A_metric_is_given_once() => Expect(Full with { Metrics = [new RecallOptions(), new RecallOptions()] }, "metrics[1]", "the metric 'recall' is given twice");

    [Test]
    public void Labels_do_not_caption_a_part_of_an_image() => Expect(Full with { Clip = new TinyClipOptions { FromLabels = true, Masked = 0.5 } }, "clip.masked", "image-level labels do not say what is left of an image when a part is hidden");

    [Test]
    public void A_small_CLIP_needs_captions() => Expect(Full with { Dataset = new Voc12Options() }, "clip", "pretrained on captions, which the data set does not have");

    [Test]
    public void Rendered_names_are_those_of_the_scenes_of_the_data_set()
    {
        var selecting = Full with { Prompt = Full.Prompt! with { Selection = new RenderedNamesOptions { Seed = 1 } } };
        Expect(selecting, "prompt.selection.seed", "1 are not the scenes of the data set: its seed is 0");
        Expect(selecting with { Dataset = new Voc12Options(), Clip = new VitB32Options() }, "prompt.selection", "only Shapes knows the names of what it rendered");
    }

    [Test]
    public void A_template_fits_into_the_context() =>
        Expect(Full with { Prompt = Full.Prompt! with { Template = "a very long photo of one single beautiful but rather tiny {}." } }, "prompt.template", "has 12 words, but this clip accepts at most 10 tokens");

    [Test]
    public void Sizes_and_scales_go_upwards()
    {
        Expect(Full with { Baseline = Full.Baseline! with { Augmentation = new RandomLongSideOptions { From = 100, To = 72 } } }, "baseline.augmentation.from", "from is 100, above to, which is 72");
        Expect(Full with { Clims = Full.Clims! with { Augmentation = new RandomScaleOptions { From = 2, To = 1 } } }, "clims.augmentation.from", "from is 2, above to, which is 1");
    }

    [Test]
    public void Confident_background_is_not_above_confident_foreground() =>
        Expect(Full with { Refinement = Full.Refinement! with { Background = 0.6, Foreground = 0.5 } }, "refinement.background", "background must not be above foreground");

    [Test]
    public void Confident_background_has_no_lower_power_than_confident_foreground() =>
        Expect(Full with { Refinement = Full.Refinement! with { ForegroundAlpha = 32, BackgroundAlpha = 4 } }, "refinement.background-alpha", "needs a power not below that of confident foreground, which is 32");

    [Test]
    public void Colours_are_not_drawn_for_fractions_of_bytes() =>
        Expect(Full with { Clims = Full.Clims! with { Augmentation = new RandomScaleOptions { Factors = [1], Resize = ResizeFilter.Bilinear, Jitter = new ColourJitterOptions { Hue = 0.1 } } } }, "clims.augmentation.jitter", "leave jitter or resize out");

    [Test]
    public void IRNet_needs_a_backbone_of_stride_16()
    {
        Expect(Full with { Backbone = new ResNetOptions { Width = 4, Stride = 8 } }, "backbone", "irnet needs a backbone of stride 16");
        Expect(Full with { Refinement = Full.Refinement! with { Backbone = new ResNetOptions { Stride = 8 } } }, "refinement.backbone", "irnet needs a backbone of stride 16");
    }

    [Test]
    public void Only_a_CAM_network_has_the_optimizer_of_CLIMS_without_a_word()
    {
        Assert.That(SpecConflict.Of(Full with { Clims = Full.Clims! with { Optimizer = null }, Baseline = Full.Baseline! with { Optimizer = null } }), Is.Empty);
        Expect(Full with { Refinement = Full.Refinement! with { Training = Full.Refinement.Training! with { Optimizer = null } } }, "refinement.training", "give 'optimizer: sgd' (momentum 0.9");
        Expect(Full with { Segmentation = Full.Segmentation! with { Training = Full.Segmentation.Training with { Optimizer = null } } }, "segmentation.training", "the optimizer is left out");
    }

    [Test]
    public void Pairs_fit_into_the_crop()
    {
        Expect(Full with { Refinement = Full.Refinement! with { Affinity = new IrNetOptions() } }, "refinement.affinity.pair-radius", "raise refinement.training.crop to 76");
        Expect(Full with { Refinement = Full.Refinement! with { Affinity = new AffinityNetOptions() } }, "refinement.affinity.radius", "raise refinement.training.crop to 72");
        Expect(Full with { Refinement = Full.Refinement! with { Training = Full.Refinement.Training! with { Crop = 65 } } }, "refinement.training.crop", "a crop of 65 pixels is not a whole number of cells of 4 pixels: 64 or 68 is");
    }

    [Test]
    public void Published_CLIPs_say_their_embedding_size() =>
        Assert.That(new PublishedClipOptions[] { new VitB32Options(), new VitB16Options(), new VitL14Options(), new Rn50Options(), new Rn101Options(), new Rn50x4Options() }.Select(clip => clip.Shape.EmbeddingSize), Is.EqualTo(new[] { 512, 512, 768, 1024, 512, 640 }));

    private static void Expect(Experiment experiment, string path, string message)
    {
        var conflict = SpecConflict.Of(experiment).Single();
        Assert.That(conflict.Path, Is.EqualTo(path));
        Assert.That(conflict.Message, Does.Contain(message));
    }
}
