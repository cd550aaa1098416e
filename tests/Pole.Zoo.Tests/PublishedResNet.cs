using Pole.Zoo.Backbones;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>A network's layers one after the other, on tensors that lie plane by plane: what ours is compared with, and measured against.</summary>
internal sealed class PublishedResNet(ResNet network)
{
    private readonly Dictionary<string, nn.Module> layers = network.named_modules().ToDictionary(named => named.name, named => named.module);

    /// <summary>Features <c>[N, OutputChannels, h, w]</c> of images <c>[N, 3, H, W]</c>.</summary>
    public Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = nn.functional.max_pool2d(Normalised("conv1", "bn1", images).relu_(), 3, stride: 2, padding: 1);
        for (var stage = 1; stage <= 4; stage++)
        for (var block = 0; layers.ContainsKey($"layer{stage}.{block}"); block++) features = Block($"layer{stage}.{block}", features);
        return features.MoveToOuterDisposeScope();
    }

    private Tensor Block(string name, Tensor input)
    {
        using var scope = NewDisposeScope();
        var features = Normalised($"{name}.conv1", $"{name}.bn1", input).relu_();
        features = Normalised($"{name}.conv2", $"{name}.bn2", features);
        if (layers.ContainsKey($"{name}.conv3")) features = Normalised($"{name}.conv3", $"{name}.bn3", features.relu_());
        return (features + (layers.ContainsKey($"{name}.downsample") ? Normalised($"{name}.downsample.0", $"{name}.downsample.1", input) : input)).relu_().MoveToOuterDisposeScope();
    }

    private Tensor Normalised(string convolution, string norm, Tensor input) => ((BatchNorm2d)layers[norm]).call(((Conv2d)layers[convolution]).call(input));
}
