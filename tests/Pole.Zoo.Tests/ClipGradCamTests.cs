using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>CAMs of all classes in one pass are those of one class after the other, on images that are not as large as CLIP was trained on.</summary>
public sealed class ClipGradCamTests
{
    private const int Classes = 3, Texts = 5;

    [Test]
    public void The_CAMs_of_a_ViT_are_by_the_gradients_of_its_last_block([Values(64, 768)] int width, [Values(64, 96)] int height)
    {
        using var scope = NewDisposeScope();
        using var network = Make(width, 16);
        var (image, texts) = (rand(1, 3, height, 64), RandomTexts());
        using var activations = network.Open(image, 2);

        var maps = Maps(network, activations, texts);

        for (var target = 0; target < Classes; target++)
        {
            using var ofClass = NewDisposeScope();
            Assert.That(maps[target].ToFloats(), Is.EqualTo(new NaiveClipEs(network).OfVit(image, texts, target, out var attentions)).Within(2e-3));
            Assert.That(activations.Attentions, Has.Count.EqualTo(2));
            foreach (var (actual, expected) in activations.Attentions.Zip(attentions.TakeLast(2)))
                Assert.That((actual - expected[TensorIndex.Slice(1), TensorIndex.Slice(1)]).abs().max().item<float>(), Is.LessThan(1e-5));
        }
    }

    [Test]
    public void The_CAMs_of_a_ResNet_are_by_the_gradients_before_its_attention_pooling([Values(64, 96)] int height)
    {
        using var scope = NewDisposeScope();
        using var network = Make(8, null);
        var (image, texts) = (rand(1, 3, height, 64), RandomTexts());
        using var activations = network.Open(image);

        var maps = Maps(network, activations, texts);

        for (var target = 0; target < Classes; target++)
            Assert.That(maps[target].ToFloats(), Is.EqualTo(new NaiveClipEs(network).OfResNet(activations.Features, activations.Rows, activations.Columns, texts, target)).Within(2e-3));
    }

    [Test]
    public void A_ResNet_at_its_own_resolution_gives_its_own_embedding()
    {
        using var scope = NewDisposeScope();
        using var network = Make(8, null);
        var image = rand(1, 3, 64, 64);
        using var activations = network.Open(image);

        Assert.That(activations.Embed(zeros(1, activations.Features.shape[1])).allclose(network.EncodeImage(image), rtol: 1e-4, atol: 1e-5));
    }

    [Test]
    public void Many_maps_are_those_of_a_pass_each()
    {
        using var scope = NewDisposeScope();
        using var network = Make(64, 16);
        var texts = RandomTexts();
        using var activations = network.Open(rand(1, 3, 64, 64));
        int[] targets = [.. Enumerable.Range(0, 70).Select(map => map % Classes)];

        var many = ClipGradCam.Maps(activations, texts.unsqueeze(0).expand(targets.Length, -1, -1), targets, Factor(network));

        Assert.That(many.allclose(Maps(network, activations, texts).index_select(0, tensor(targets.Select(target => (long)target).ToArray())), rtol: 1e-3, atol: 1e-4));
    }

    [Test]
    public void A_tower_in_16_bits_gives_maps_in_32()
    {
        using var scope = NewDisposeScope();
        using var network = Make(64, 16);
        var (image, texts) = (rand(1, 3, 64, 96), RandomTexts());
        using var wide = network.Open(image, 1);
        var expected = Maps(network, wide, texts);
        network.to(ScalarType.BFloat16);
        using var narrow = network.Open(image, 1);

        var maps = Maps(network, narrow, texts);

        Assert.That((maps.dtype, narrow.Attentions[0].dtype), Is.EqualTo((ScalarType.Float32, ScalarType.Float32)));
        Assert.That((maps - expected).abs().mean().item<float>(), Is.LessThan(0.1));
    }

    [Test]
    public void Attentions_of_more_blocks_than_there_are_is_an_error()
    {
        using var scope = NewDisposeScope();
        using var network = Make(64, 16);
        using var resNet = Make(8, null);

        Assert.That(() => network.Open(rand(1, 3, 64, 64), 4), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("3 blocks"));
        Assert.That(() => resNet.Open(rand(1, 3, 64, 64), 1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Nothing_is_left_in_native_memory([Values(16, null)] int? patch)
    {
        using var network = Make(64, patch);
        using var image = rand(1, 3, 64, 96);
        using var texts = RandomTexts();
        void Run()
        {
            using var scope = NewDisposeScope();
            using var activations = network.Open(image, patch is null ? 0 : 2);
            Maps(network, activations, texts);
        }

        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private static Tensor Maps(ClipNetwork network, ClipActivations activations, Tensor texts) =>
        ClipGradCam.Maps(activations, texts.unsqueeze(0).expand(Classes, -1, -1), [.. Enumerable.Range(0, Classes)], Factor(network));

    private static double Factor(ClipNetwork network)
    {
        using var scope = NewDisposeScope();
        return network.LogitScale.exp().to(ScalarType.Float32).item<float>();
    }

    private static Tensor RandomTexts()
    {
        using var scope = NewDisposeScope();
        var texts = randn(Texts, 32);
        return (texts / texts.norm(-1, true, 2)).MoveToOuterDisposeScope();
    }

    /// <summary>Every parameter is moved from its start, norms' too.</summary>
    private static ClipNetwork Make(int width, int? patch)
    {
        random.manual_seed(0);
        var network = new ClipNetwork(new ClipArchitecture
        {
            EmbeddingSize = 32, ImageResolution = 64, VisionLayers = patch is null ? [1, 1, 1, 1] : [3], VisionWidth = width, VisionPatchSize = patch, VisionHeads = patch is null ? 4 : width / 32, ContextLength = 12, VocabularySize = 20, TextWidth = 64, TextHeads = 1, TextLayers = 1,
        }, new WordTokenizer(["boat", "fish"], 12));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, parameter) in network.named_parameters().Where(named => named.name != "logit_scale")) parameter.add_(randn_like(parameter) * 0.05);
        network.eval();
        return network;
    }
}
