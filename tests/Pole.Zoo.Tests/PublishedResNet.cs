using Pole.Zoo.Backbones;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>A network's layers one after the other, on tensors that lie plane by plane: what ours is compared with, and measured against.</summary>
internal sealed class PublishedResNet(ResNet network)
{
    private readonly Dictionary<string, nn.Module<Tensor, Tensor>> layers = network.named_children().ToDictionary(child => child.name, child => (nn.Module<Tensor, Tensor>)child.module);

    /// <summary>Features <c>[N, OutputChannels, h, w]</c> of images <c>[N, 3, H, W]</c>.</summary>
    public Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = nn.functional.max_pool2d(layers["bn1"].call(layers["conv1"].call(images)).relu_(), 3, stride: 2, padding: 1);
        for (var stage = 1; stage <= 4; stage++) features = layers[$"layer{stage}"].call(features);
        return features.MoveToOuterDisposeScope();
    }
}
