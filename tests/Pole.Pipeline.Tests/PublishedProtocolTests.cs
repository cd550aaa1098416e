using Pole.Data.Augmentations;
using Pole.Experiments;
using Pole.Zoo.Backbones;

namespace Pole.Pipeline.Tests;

/// <summary>The settings of a published protocol belong together: weights of one with the schedule of another are neither.</summary>
public sealed class PublishedProtocolTests
{
    private static readonly double[] CocoScales = [0.5, 0.75, 1, 1.25, 1.5], ImageNetScales = [.. CocoScales, 1.75, 2];

    /// <summary>CVI-SZU/CLIMS, segmentation/deeplabv2/configs; main.py and main_v2.py.</summary>
    [TestCase("voc12/pole-full", "imagenet")]
    [TestCase("voc12/pole-affinity-net", "imagenet")]
    [TestCase("coco14/clims-full", "imagenet")]
    [TestCase("voc12/pole-full-coco-weights", "coco")]
    public void DeepLab_v2_is_trained_by_one_protocol(string name, string weights)
    {
        var segmentation = Find(name).Segmentation!;
        var training = segmentation.Training;
        var imageNet = weights == "imagenet";

        Assert.That(((CaffeResNetOptions)segmentation.Backbone!).Weights, Is.EqualTo($"deeplabv1_resnet101-{weights}.pth"));
        Assert.That((training.Iterations, training.BatchSize, training.Accumulate), Is.EqualTo(imageNet ? (30_000, 10, 2) : (20_000, 5, 2)));
        Assert.That(((RandomScaleOptions)training.Augmentation!).Factors, Is.EqualTo(imageNet ? ImageNetScales : CocoScales));
        Assert.That(segmentation.Loss, Is.EqualTo(imageNet ? SegmentationLoss.Balanced : (SegmentationLoss?)null));
    }

    [TestCase("voc12/pole-full")]
    [TestCase("voc12/pole-full-coco-weights")]
    public void Crops_of_DeepLab_v2_are_resized_and_padded_as_published(string name)
    {
        var augmentation = (RandomScaleOptions)Find(name).Segmentation!.Training.Augmentation!;

        Assert.That((augmentation.Resize, augmentation.Padding), Is.EqualTo((ResizeFilter.Bilinear, CropPadding.BottomRight)));
    }

    [Test]
    public void Specs_that_start_from_masks_of_COCO_say_so() =>
        Assert.That(CompiledExperiments.All.Where(experiment => experiment.Value.Segmentation?.Backbone is CaffeResNetOptions { Weights: { } file } && file.Contains("coco", StringComparison.Ordinal)).Select(experiment => experiment.Name),
            Is.EqualTo(new[] { "voc12/pole-full-coco-weights" }));

    /// <summary>jiwoon-ahn/psa, infer_cls.py and train_aff.py.</summary>
    [Test]
    public void AffinityNet_learns_from_its_own_labels_and_colours()
    {
        var refinement = Find("voc12/pole-affinity-net").Refinement!;

        Assert.That((refinement.ForegroundAlpha, refinement.BackgroundAlpha), Is.EqualTo((4, 32)));
        Assert.That((refinement.Crf.BilateralPositionDeviation, refinement.Crf.BilateralColourDeviation), Is.EqualTo((80, 13)));
        Assert.That(((RandomScaleOptions)refinement.Training!.Augmentation!).Jitter, Is.EqualTo(new ColourJitterOptions { Brightness = 0.3, Contrast = 0.3, Saturation = 0.3, Hue = 0.1 }));
    }

    private static Experiment Find(string name) => CompiledExperiments.All.Single(experiment => experiment.Name == name).Value;
}
