using Pole.Zoo.Segmentation;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class PyramidLossTests
{
    private const int Side = 4, Labels = 3;

    [TestCase(SegmentationLoss.CrossEntropy)]
    [TestCase(SegmentationLoss.Balanced)]
    public void Background_and_foreground_count_by_their_pixels_or_the_same(SegmentationLoss loss)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(0);
        var logits = randn(1, Labels, Side, Side);
        // Ten pixels of background, four of foreground, two that are ignored.
        byte[] labels = [.. Enumerable.Repeat((byte)0, 10), 1, 1, 2, 2, LabelMap.Ignored, LabelMap.Ignored];
        var logarithms = -nn.functional.log_softmax(logits, 1)[0];
        var losses = labels.Take(14).Select((label, pixel) => logarithms[label, pixel / Side, pixel % Side].item<float>()).ToList();
        var expected = loss is SegmentationLoss.Balanced ? (losses.Take(10).Average() + losses.Skip(10).Average()) / 2 : losses.Average();

        Assert.That(PyramidLoss.Compute([logits], [new LabelMap(Side, Side, labels)], loss).item<float>(), Is.EqualTo(expected).Within(1e-5));
    }

    [TestCase(0)]
    [TestCase(1)]
    public void Balanced_a_part_without_pixels_counts_as_zero(int label)
    {
        using var scope = NewDisposeScope();
        var (logits, map) = (ones(1, Labels, Side, Side), new LabelMap(Side, Side, [.. Enumerable.Repeat((byte)label, Side * Side)]));

        Assert.That(PyramidLoss.Compute([logits], [map], SegmentationLoss.Balanced).item<float>(), Is.EqualTo(Math.Log(Labels) / 2).Within(1e-5));
    }

    [Test]
    public void Where_every_pixel_is_ignored_either_loss_is_zero()
    {
        using var scope = NewDisposeScope();
        var map = new LabelMap(Side, Side, [.. Enumerable.Repeat(LabelMap.Ignored, Side * Side)]);

        Assert.That(Enum.GetValues<SegmentationLoss>().Select(loss => PyramidLoss.Compute([ones(1, Labels, Side, Side)], [map], loss).item<float>()), Is.All.EqualTo(0));
    }
}
