using Pole.Zoo.Backbones;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>In whatever order a network keeps its features, it gives what its layers give plane by plane.</summary>
public sealed class ResNetTests
{
    [Test]
    public void Features_and_gradients_are_those_of_the_layers_one_after_the_other([Values(8, 64)] int width, [Values] bool training, [Values] ResNetBlock block)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(0);
        using var network = new ResNet(width, [1, 2, 1, 1], stride: 16, freezeStem: false, block: block);
        network.train(training);
        var images = rand(2, 3, 70, 50);

        var (features, gradients) = WithGradients(network, network.call, images);
        var (expected, expectedGradients) = WithGradients(network, new PublishedResNet(network).Features, images);

        AssertClose(features, expected);
        Assert.That(gradients, Has.Count.EqualTo(network.parameters().Count()));
        foreach (var (gradient, other) in gradients.Zip(expectedGradients)) AssertClose(gradient, other);
    }

    /// <summary>torchvision's numbers of parameters, 11,689,512 and 21,797,672, less its classifier's 513,000.</summary>
    [TestCase("resnet18", 11_176_512)]
    [TestCase("resnet34", 21_284_672)]
    public void ResNets_of_basic_blocks_have_torchvisions_weights_and_names(string name, long parameters)
    {
        TorchvisionResNetOptions options = name == "resnet18" ? new ResNet18Options() : new ResNet34Options();
        using var network = (ResNet)options.Create(ModuleContext.None with { WithoutWeights = true });
        var names = network.named_parameters().Select(parameter => parameter.name).ToHashSet();

        Assert.That(network.parameters().Sum(parameter => parameter.numel()), Is.EqualTo(parameters));
        Assert.That(names, Is.SupersetOf(new[] { "conv1.weight", "bn1.bias", "layer1.0.conv2.weight", "layer2.0.downsample.0.weight", "layer2.0.downsample.1.bias", "layer4.1.bn2.weight" }));
        Assert.That(names.Where(parameter => parameter.Contains("conv3", StringComparison.Ordinal) || parameter.StartsWith("layer1.0.downsample", StringComparison.Ordinal)), Is.Empty);
        Assert.That((network.OutputChannels, string.Join(' ', network.StageChannels)), Is.EqualTo((512, "64 64 128 256 512")));
    }

    [TestCase(32)]
    [TestCase(16)]
    [TestCase(8)]
    public void Every_stride_is_that_of_the_features(int stride)
    {
        using var scope = NewDisposeScope();
        using var network = new ResNet(8, [1, 1, 1, 1], stride, freezeStem: true, block: ResNetBlock.Basic);

        Assert.That(network.call(rand(1, 3, 128, 96)).shape, Is.EqualTo(new long[] { 1, 64, 128 / stride, 96 / stride }));
    }

    private static (Tensor Features, IReadOnlyList<Tensor> Gradients) WithGradients(ResNet network, Func<Tensor, Tensor> compute, Tensor images)
    {
        network.zero_grad();
        var features = compute(images);
        features.square().mean().backward();
        return (features.detach(), [.. network.parameters().Select(parameter => parameter.grad!.clone())]);
    }

    private static void AssertClose(Tensor actual, Tensor expected) =>
        Assert.That((actual - expected).abs().max().item<float>(), Is.LessThan(1e-4f * expected.abs().max().item<float>()));
}
