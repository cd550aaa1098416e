using Pole.Zoo.Backbones;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>A network's layers one after the other, on tensors that lie plane by plane: what ours is compared with, and measured against.</summary>
internal sealed class PublishedCaffeResNet(CaffeResNet network)
{
    private readonly Dictionary<string, nn.Module> layers = network.named_modules().ToDictionary(named => named.name, named => named.module);

    /// <summary>Features <c>[N, OutputChannels, h, w]</c> of images <c>[N, 3, H, W]</c>.</summary>
    public Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = nn.functional.max_pool2d(Normalised("layer1.conv1", images).relu_(), 3, stride: 2, padding: 1, ceil_mode: true);
        for (var stage = 2; stage <= 5; stage++)
        for (var block = 1; layers.ContainsKey($"layer{stage}.block{block}"); block++) features = Block($"layer{stage}.block{block}", features);
        return features.MoveToOuterDisposeScope();
    }

    private Tensor Block(string name, Tensor input)
    {
        using var scope = NewDisposeScope();
        var features = Normalised($"{name}.conv3x3", Normalised($"{name}.reduce", input).relu_()).relu_();
        features = Normalised($"{name}.increase", features);
        return (features + (layers.ContainsKey($"{name}.shortcut") ? Normalised($"{name}.shortcut", input) : input)).relu_().MoveToOuterDisposeScope();
    }

    private Tensor Normalised(string name, Tensor input) => ((BatchNorm2d)layers[$"{name}.bn"]).call(((Conv2d)layers[$"{name}.conv"]).call(input));
}
