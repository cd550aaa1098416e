using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Segmentation;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

public sealed class NetworkTests
{
    private static readonly ClipArchitecture VitB32 = new()
    {
        EmbeddingSize = 512, ImageResolution = 224, VisionLayers = [12], VisionWidth = 768, VisionPatchSize = 32, VisionHeads = 12,
        ContextLength = 77, VocabularySize = 49408, TextWidth = 512, TextHeads = 8, TextLayers = 12,
    };

    [Test]
    public void ViT_B_32_has_the_published_number_of_parameters() => Assert.That(Parameters(VitB32), Is.EqualTo(151_277_313));

    [Test]
    public void RN50_has_the_published_number_of_parameters() =>
        Assert.That(Parameters(VitB32 with { EmbeddingSize = 1024, VisionLayers = [3, 4, 6, 3], VisionWidth = 64, VisionPatchSize = null, VisionHeads = 32 }), Is.EqualTo(102_007_137));

    [Test]
    public void Edges_for_the_walk_are_those_that_IRNet_computes_with_displacements()
    {
        using var scope = NewDisposeScope();
        using var network = new IrNet(new ResNet(4, [1, 1, 1, 1], 16, false), 10, 5);
        network.eval();
        var image = rand(3, 40, 56);

        Assert.That(network.Edges(image, 64).bytes.SequenceEqual(network.ComputeWithMirror(image, 64).Edges.bytes));
        Assert.That(network.Edges(image, 1552).allclose(network.ComputeWithMirror(image, 1552).Edges, rtol: 0, atol: 1e-6), "a large image is seen apart from its mirror image");
    }

    [TestCase(null)]
    [TestCase(16)]
    public void A_small_CLIP_embeds_images_and_texts_with_either_image_tower(int? patchSize)
    {
        using var scope = NewDisposeScope();
        using var clip = new TinyClipOptions { PatchSize = patchSize, EmbeddingSize = 32 }.CreateUntrained(["a", "boat"]);

        Assert.That(clip.EncodeImage(zeros(2, 3, 64, 64)).shape, Is.EqualTo(new long[] { 2, 32 }));
        Assert.That(clip.EncodeText(tensor(clip.Tokenizer.Encode("a boat")).unsqueeze(0)).shape, Is.EqualTo(new long[] { 1, 32 }));
        Assert.That(clip.named_parameters().Any(entry => entry.name == "visual.class_embedding"), Is.EqualTo(patchSize is not null));
    }

    private static nn.Module[] Networks => [new ResNet(4, [1, 1, 1, 1], 16, false), new IrNet(new ResNet(4, [1, 1, 1, 1], 16, false), 10, 5), new DeepLabV3Plus(new CaffeResNet(4, [1, 1, 1, 1]), 3, [1], 8, 4),
        new TinyClipOptions().CreateUntrained(["a"]), new TinyClipOptions { PatchSize = 16 }.CreateUntrained(["a"])];

    /// <summary>Not every norm of TorchSharp does on its own.</summary>
    [TestCaseSource(nameof(Networks))]
    public void Every_norm_begins_as_the_identity(nn.Module network)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, module) in network.named_modules().Where(entry => entry.module.GetName().Contains("Norm", StringComparison.Ordinal)))
        {
            Assert.That(module.named_parameters().Where(entry => entry.name == "weight").Select(entry => entry.parameter.Equals(ones_like(entry.parameter))), Is.All.True, name);
            Assert.That(module.named_parameters().Where(entry => entry.name == "bias").Select(entry => entry.parameter.Equals(zeros_like(entry.parameter))), Is.All.True, name);
        }

        Assert.That(network.parameters().Any(parameter => parameter.isnan().any().item<bool>()), Is.False);
    }

    [TestCase(16, 8)]
    [TestCase(8, 16)]
    public void The_backbone_keeps_its_promise_of_stride_and_channels(int stride, int side)
    {
        using var scope = NewDisposeScope();
        using var backbone = new ResNetOptions { Width = 4, Stride = stride }.Create(new ModuleContext { Device = CPU, CacheFolder = "" });
        backbone.eval();

        Assert.That(backbone.call(zeros(1, 3, 128, 128)).shape, Is.EqualTo(new long[] { 1, backbone.OutputChannels, side, side }));
        Assert.That(backbone.Stride, Is.EqualTo(stride));
    }

    [TestCase(true, 0)]
    [TestCase(false, 3)]
    public void Freezing_the_stem_leaves_its_convolution_and_norm_untrained(bool freeze, int trained)
    {
        using var backbone = new ResNet(4, [1, 1, 1, 1], 16, freeze);

        Assert.That(backbone.named_parameters().Count(entry => (entry.name.StartsWith("conv1.", StringComparison.Ordinal) || entry.name.StartsWith("bn1.", StringComparison.Ordinal)) && entry.parameter.requires_grad), Is.EqualTo(trained));
    }

    [Test]
    public void The_CAM_of_a_mirrored_image_is_the_mirrored_CAM()
    {
        using var scope = NewDisposeScope();
        using var network = new ClassifierCamNetwork(new ResNet(4, [1, 1, 1, 1], 16, false), 3);
        network.eval();
        var image = randn(3, 64, 64);

        Assert.That(network.CamWithMirror(image.flip(-1)).allclose(network.CamWithMirror(image).flip(-1), atol: 1e-5));
    }

    [Test]
    public void Words_have_ids_in_their_order_between_padding_and_ends()
    {
        var tokenizer = new WordTokenizer(["boat", "a", "photo of"], 6);

        Assert.That(tokenizer.Encode("A photo, of boat."), Is.EqualTo(new long[] { 5, 1, 4, 3, 2, 6 }));
        Assert.That(() => tokenizer.Encode("a ship"), Throws.InstanceOf<ExperimentException>().With.Message.Contains("no word 'ship'"));
        Assert.That(() => tokenizer.Encode("a a a a a"), Throws.InstanceOf<ExperimentException>().With.Message.Contains("more than 4 words"));
    }

    private static long Parameters(ClipArchitecture architecture)
    {
        using var clip = new ClipNetwork(architecture, new WordTokenizer([], 77));
        return clip.parameters().Sum(parameter => parameter.numel());
    }
}
