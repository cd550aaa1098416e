using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Segmentation;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class OnnxExportTests
{
    private static readonly Func<Backbone>[] Backbones = [() => new ResNet(8, [2, 1, 1, 2], 16, freezeStem: true), () => new ResNet(8, [1, 1, 2, 2], 8, freezeStem: true), () => new CaffeResNet(8, [2, 1, 1, 2]), () => new ResNet(8, [1, 2, 1, 2], 16, freezeStem: true, block: ResNetBlock.Basic, normalisation: PixelNormalisation.Cntk)];

    private static IEnumerable<TestCaseData> Segmentations =>
        from options in new IModuleOptions<SegmentationNetwork, SegmentationBase>[] { new DeepLabV1Options { Rate = 3 }, new DeepLabV2Options { Rates = [1, 2, 3] }, new DeepLabV3PlusOptions { Rates = [1, 2], Channels = 16, LowLevelChannels = 8 } }
        from backbone in Backbones
        select new TestCaseData(options, backbone);

    [Test]
    public void A_CAM_network_gives_the_same_maps_and_logits_of_images_of_any_number_and_size([Values(0, 1, 2, 3)] int backbone)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new ClassifierCamNetwork(Backbones[backbone](), 5);
        OnnxSession.Calibrate(network, images => network.Maps(images));
        Tensor[] batches = [randn(1, 3, 64, 96), randn(3, 3, 61, 47)];

        var given = OnnxSession.Run(network, batches);

        AssertClose(given, batches.SelectMany(images => new[] { network.Maps(images), network.Logits(images) }));
    }

    [TestCaseSource(nameof(Segmentations))]
    public void A_segmentation_network_gives_the_same_logits_at_full_scale(IModuleOptions<SegmentationNetwork, SegmentationBase> options, Func<Backbone> backbone)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = options.Create(new SegmentationBase(5, backbone), ModuleContext.None);
        OnnxSession.Calibrate(network, images => network.Segment(images));
        Tensor[] batches = [randn(1, 3, 64, 96), randn(2, 3, 61, 47)];

        var given = OnnxSession.Run(network, batches);

        AssertClose(given, batches.Select(images => network.Pyramid(images)[0]));
    }

    [Test]
    public void A_backbone_gives_all_of_its_stages([Values(0, 1, 2, 3)] int index)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var backbone = Backbones[index]();
        OnnxSession.Calibrate(backbone, images => backbone.call(images));
        var images = randn(2, 3, 50, 70);

        var given = OnnxSession.Run(backbone, images);

        AssertClose(given, ((IStagedBackbone)backbone).Stages(images));
    }

    [Test]
    public void A_module_without_a_graph_is_named()
    {
        using var network = new ClassifierCamNetwork(new Patches(), 5);

        Assert.That(() => OnnxSession.Run(network, []), Throws.InstanceOf<OnnxExportException>().With.Message.EqualTo("Patches cannot be exported as ONNX: its class Patches does not implement IOnnxExport; the formats safetensors and pytorch need no graph (docs/exporting.md)"));
    }

    [Test]
    public void A_layer_that_pads_otherwise_than_with_zeros_is_refused()
    {
        using var network = nn.Conv2d(3, 2, 3, padding: 1, padding_mode: PaddingModes.Reflect);
        var graph = new OnnxGraph(network, name => name);

        Assert.That(() => graph.Layers(new OnnxValue("x"), network), Throws.InstanceOf<OnnxExportException>().With.Message.Contains("only zeros of a given width are written as padding"));
    }

    private static void AssertClose(IReadOnlyList<Tensor> given, IEnumerable<Tensor> expected)
    {
        var all = expected.ToList();
        Assert.That(given.Select(output => output.shape), Is.EqualTo(all.Select(output => output.shape)));
        Assert.That(given.Zip(all, (one, other) => ((one - other).abs().max() / other.abs().max().clamp_min(1)).ToDouble()), Is.All.LessThan(1e-4));
    }

    private sealed class Patches() : Backbone("Patches")
    {
        public override int OutputChannels => 3;

        public override int Stride => 1;

        public override Tensor forward(Tensor images) => images.alias();
    }
}
