using Pole.Data.Augmentations;
using Pole.Data.Voc;
using Pole.Zoo.Adaptors;
using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;

namespace Pole.Pipeline.Tests;

/// <summary>What parts of an experiment say of each other before anything is run.</summary>
public sealed class CrossCheckTests
{
    private static readonly Experiment Full = MicroExperiment.Full;

    [Test]
    public void A_sound_experiment_has_no_conflict() => Assert.That(SpecConflict.Of(Full), Is.Empty);

    [Test]
    public void The_CAM_network_does_not_stand_on_Caffes_colours() =>
        Expect(Full with { Backbone = new CaffeResNetOptions(), Refinement = Full.Refinement! with { Backbone = new ResNetOptions() } }, "backbone", "sees ImageNet's colours");

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
    public void A_small_CLIP_needs_captions() => Expect(Full with { Dataset = new Voc12Options() }, "clip", "pretrained on captions, which the data set does not have");

    [Test]
    public void A_template_fits_into_the_context() =>
        Expect(Full with { Prompt = Full.Prompt! with { Template = "a very long photo of one single beautiful but rather tiny {}." } }, "prompt.template", "has 12 words, and the clip reads 10 tokens");

    [Test]
    public void Sizes_and_scales_go_upwards()
    {
        Expect(Full with { Baseline = Full.Baseline with { Augmentation = new RandomLongSideOptions { From = 100, To = 72 } } }, "baseline.augmentation.from", "from is 100, above to, which is 72");
        Expect(Full with { Clims = Full.Clims! with { Augmentation = new RandomScaleOptions { From = 2, To = 1 } } }, "clims.augmentation.from", "from is 2, above to, which is 1");
    }

    [Test]
    public void Confident_background_is_not_above_confident_foreground() =>
        Expect(Full with { Refinement = Full.Refinement! with { Background = 0.6, Foreground = 0.5 } }, "refinement.background", "background must not be above foreground");

    [Test]
    public void IRNet_needs_a_backbone_of_stride_16()
    {
        Expect(Full with { Backbone = new ResNetOptions { Width = 4, Stride = 8 } }, "backbone", "irnet needs a backbone of stride 16");
        Expect(Full with { Refinement = Full.Refinement! with { Backbone = new ResNetOptions { Stride = 8 } } }, "refinement.backbone", "irnet needs a backbone of stride 16");
    }

    [Test]
    public void Pairs_fit_into_the_crop()
    {
        Expect(Full with { Refinement = Full.Refinement! with { Affinity = new IrNetOptions() } }, "refinement.affinity.pair-radius", "raise refinement.training.crop to 76");
        Expect(Full with { Refinement = Full.Refinement! with { Affinity = new AffinityNetOptions() } }, "refinement.affinity.radius", "raise refinement.training.crop to 72");
        Expect(Full with { Refinement = Full.Refinement! with { Training = Full.Refinement.Training with { Crop = 65 } } }, "refinement.training.crop", "a crop of 65 pixels is not a whole number of cells of 4 pixels: 64 or 68 is");
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
