using Pole.Zoo.Backbones;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>In whatever order a network keeps its features, it gives what its layers give plane by plane.</summary>
public sealed class ResNetTests
{
    [Test]
    public void Features_and_gradients_are_those_of_the_layers_one_after_the_other([Values(8, 64)] int width, [Values] bool training)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(0);
        using var network = new ResNet(width, [1, 1, 1, 1], stride: 16, freezeStem: false);
        network.train(training);
        var images = rand(2, 3, 70, 50);

        var (features, gradients) = WithGradients(network, network.call, images);
        var (expected, expectedGradients) = WithGradients(network, new PublishedResNet(network).Features, images);

        AssertClose(features, expected);
        Assert.That(gradients, Has.Count.EqualTo(network.parameters().Count()));
        foreach (var (gradient, other) in gradients.Zip(expectedGradients)) AssertClose(gradient, other);
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
