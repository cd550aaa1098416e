using Pole.Data.Imaging;
using Pole.Pipeline.Inference;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

public sealed class CamExtractionTests
{
    private static readonly CamOptions Options = new() { Scales = [1, 0.5, 2] };

    /// <param name="budget">Pixels of a batch: one image, some, or all.</param>
    [TestCase(1)]
    [TestCase(8_000)]
    [TestCase(1_000_000)]
    public void Images_extracted_together_have_the_CAMs_of_each_by_itself(int budget)
    {
        random.manual_seed(0);
        using var scope = NewDisposeScope();
        using var network = new ClassifierCamNetwork(new ResNet(4, [1, 1, 1, 1], 16, false), 5);
        var noise = new Random(0);
        (RgbImage Image, IReadOnlyList<int> Present)[] images = [Entry(64, 48, 0, 3), Entry(48, 64, 1), Entry(64, 48, 2), Entry(64, 48, 0, 1, 4), Entry(48, 64, 3)];

        var together = new CamExtraction(network, Options, CPU, budget).Extract(images);

        for (var index = 0; index < images.Length; index++)
        {
            var alone = new CamExtraction(network, Options, CPU).Extract(images[index].Image, images[index].Present);
            Assert.That(together[index].Classes, Is.EqualTo(images[index].Present));
            Assert.That(together[index].HighResolution.allclose(alone.HighResolution, rtol: 1e-4, atol: 1e-5));
            Assert.That(together[index].Strided.allclose(alone.Strided, rtol: 1e-4, atol: 1e-5));
        }

        (RgbImage, IReadOnlyList<int>) Entry(int width, int height, params int[] present) => (new RgbImage(width, height, [.. Enumerable.Range(0, width * height * 3).Select(_ => (byte)noise.Next(256))]), present);
    }

    [Test]
    public void Nothing_but_the_CAMs_is_left()
    {
        using var scope = NewDisposeScope();
        using var network = new ClassifierCamNetwork(new ResNet(4, [1, 1, 1, 1], 16, false), 5);
        var image = new RgbImage(64, 48, new byte[64 * 48 * 3]);
        using var around = NewDisposeScope();
        var before = around.DisposablesCount;
        new CamExtraction(network, Options, CPU).Extract([(image, [0]), (image, [1, 2])]);

        Assert.That(around.DisposablesCount - before, Is.EqualTo(4));
    }
}
