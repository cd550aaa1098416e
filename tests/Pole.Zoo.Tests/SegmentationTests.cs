using Pole.Zoo.Backbones;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class SegmentationTests
{
    private static IEnumerable<TestCaseData> Kinds =>
    [
        new TestCaseData(new DeepLabV1Options(), 8, 1),
        new TestCaseData(new DeepLabV2Options(), 8, 4),
        new TestCaseData(new DeepLabV3PlusOptions { Channels = 8, LowLevelChannels = 4 }, 4, 1),
    ];

    [TestCaseSource(nameof(Kinds))]
    public void Every_DeepLab_stands_on_either_backbone_and_has_its_stride_and_levels(IModuleOptions<SegmentationNetwork, SegmentationBase> kind, int stride, int levels)
    {
        using var scope = NewDisposeScope();
        foreach (var backbone in new Func<Backbone>[] { () => new CaffeResNet(4, [1, 1, 1, 1]), () => new ResNet(4, [1, 1, 1, 1], 8, false) })
        {
            using var network = kind.Create(new SegmentationBase(5, backbone), ModuleContext.None);
            network.eval();
            var pyramid = network.Pyramid(zeros(1, 3, 64, 96));

            Assert.That(pyramid, Has.Count.EqualTo(levels));
            Assert.That(pyramid[^1].shape, Is.EqualTo(new long[] { 1, 5, (64 + stride - 1) / stride, (96 + stride - 1) / stride }).Or.EqualTo(new long[] { 1, 5, 64 / stride + 1, 96 / stride + 1 }));
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void Every_parameter_that_learns_is_in_one_group(IModuleOptions<SegmentationNetwork, SegmentationBase> kind, int stride, int levels)
    {
        using var network = kind.Create(new SegmentationBase(5, () => new ResNet(4, [1, 1, 1, 1], 8, freezeStem: true)), ModuleContext.None);
        var grouped = network.BackboneParameters.Concat(network.ClassifierWeights).Concat(network.ClassifierBiases).Select(parameter => parameter.Handle).ToList();

        Assert.That(grouped, Is.Unique);
        Assert.That(grouped, Is.EquivalentTo(network.parameters().Where(parameter => parameter.requires_grad).Select(parameter => parameter.Handle)));
    }

    [Test]
    public void A_Caffe_backbone_takes_its_weights_from_a_whole_published_network()
    {
        var folder = Directory.CreateTempSubdirectory("pole-caffe-").FullName;
        try
        {
            using var scope = NewDisposeScope();
            using var published = new CaffeResNet(4, [1, 1, 1, 1]);
            var weights = StateDictionary.Save(published).ToDictionary(entry => $"base.{entry.Key}", entry => entry.Value);
            weights["base.aspp.c0.weight"] = zeros(21, 128, 3, 3);
            Safetensors.Write(Path.Combine(folder, "deeplab.safetensors"), weights);

            using var loaded = new CaffeResNetOptions { Width = 4, Blocks = [1, 1, 1, 1], Weights = "deeplab.safetensors" }.Create(new ModuleContext { Device = CPU, CacheFolder = folder, WeightsFolder = folder });

            Assert.That(loaded.named_parameters().All(entry => entry.parameter.Equals(weights[$"base.{entry.name}"])));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void A_CAM_network_shows_its_backbone_the_pixels_that_it_was_trained_to_see([Values] bool blueFirst)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Backbone backbone = blueFirst ? new CaffeResNet(4, [1, 1, 1, 1]) : new ResNet(4, [1, 1, 1, 1], 16, freezeStem: true, normalisation: PixelNormalisation.Clip);
        using var network = new Cam.ClassifierCamNetwork(backbone, 3);
        network.eval();
        var image = rand(3, 64, 48);
        Tensor Seen(PixelNormalisation by) => stack(Enumerable.Range(0, 3).OrderBy(by.Plane).Select(channel => (image[channel] - by.Of(channel).Mean) / by.Of(channel).Deviation)).unsqueeze(0);

        var expected = ((TorchSharp.Modules.Conv2d)network.named_modules().Single(named => named.name == "classifier").module).call(backbone.call(Seen(backbone.Normalisation)));

        var maps = network.Maps(Seen(PixelNormalisation.ImageNet));
        Assert.That((maps - expected).abs().max().item<float>(), Is.LessThan(1e-3f * expected.abs().max().item<float>()));
    }
}
