using Pole.Zoo.Backbones;
using Pole.Zoo.Clip;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>Batch norms that stand still are folded into the convolutions before them where that is less work: nothing but the rounding changes.</summary>
public sealed class FoldedNormTests
{
    /// <summary>One that folds the early layers and one that folds nothing.</summary>
    private static readonly (int Height, int Width)[] Sizes = [(150, 200), (16, 16)];

    [SetUp]
    public void Seed() => random.manual_seed(0);

    [Test]
    public void Features_of_a_ResNet_are_those_of_its_layers([ValueSource(nameof(Sizes))] (int Height, int Width) size)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = Trained(new ResNet(64, [1, 2, 1, 1], stride: 16, freezeStem: true));
        var images = rand(2, 3, size.Height, size.Width);

        AssertClose(network.call(images), new PublishedResNet(network).Features(images));
    }

    [Test]
    public void Features_of_a_CaffeResNet_are_those_of_its_layers([ValueSource(nameof(Sizes))] (int Height, int Width) size)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = Trained(new CaffeResNet(64, [1, 2, 1, 1]));
        var images = rand(2, 3, size.Height, size.Width);

        AssertClose(network.call(images), new PublishedCaffeResNet(network).Features(images));
    }

    [Test]
    public void A_frozen_CLIP_gives_images_the_gradients_that_it_gives_while_it_learns()
    {
        using var scope = NewDisposeScope();
        using var clip = Trained(new ClipNetwork(new ClipArchitecture
        {
            EmbeddingSize = 32, ImageResolution = 96, VisionLayers = [1, 2, 1, 1], VisionWidth = 64, VisionHeads = 32, ContextLength = 12, VocabularySize = 20, TextWidth = 64, TextHeads = 1, TextLayers = 1,
        }, new WordTokenizer(["boat"], 12)));
        // In single precision a rectification near 0 may fall to the other side, and its gradient with it.
        clip.to(ScalarType.Float64);
        var images = rand(4, 3, 96, 96, dtype: ScalarType.Float64);

        var (expected, expectedGradient) = WithGradient(clip, images);
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        var (embeddings, gradient) = WithGradient(clip, images);

        Assert.That(embeddings.Equals(expected), Is.False, "norms are folded once nothing learns");
        AssertClose(embeddings, expected);
        AssertClose(gradient, expectedGradient);
    }

    [Test]
    public void A_norm_that_moves_is_left_alone()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new ResNet(64, [1, 1, 1, 1], stride: 16, freezeStem: true);
        network.train();
        var before = Norms(network)[0].running_mean!.clone();

        network.call(rand(2, 3, 150, 200)).Dispose();

        Assert.That(Norms(network)[0].running_mean!.Equals(before), Is.False);
    }

    /// <summary>In evaluation mode, with statistics, scales and shifts as a training leaves them.</summary>
    private static TNetwork Trained<TNetwork>(TNetwork network) where TNetwork : nn.Module
    {
        network.eval();
        using var noGradient = no_grad();
        foreach (var norm in Norms(network))
        {
            norm.running_mean!.normal_(0, 0.2);
            norm.running_var!.uniform_(0.5, 2);
            norm.weight!.uniform_(0.5, 1.5);
            norm.bias!.normal_(0, 0.2);
        }

        return network;
    }

    private static List<BatchNorm2d> Norms(nn.Module network) => [.. network.modules().OfType<BatchNorm2d>()];

    private static (Tensor Embeddings, Tensor Gradient) WithGradient(ClipNetwork clip, Tensor images)
    {
        var input = images.clone().requires_grad_(true);
        var embeddings = clip.EncodeImage(input);
        embeddings.square().sum().backward();
        return (embeddings.detach(), input.grad!);
    }

    private static void AssertClose(Tensor actual, Tensor expected) =>
        Assert.That((actual - expected).abs().max().to(ScalarType.Float32).item<float>(), Is.LessThan(1e-4f * expected.abs().max().to(ScalarType.Float32).item<float>()));
}
