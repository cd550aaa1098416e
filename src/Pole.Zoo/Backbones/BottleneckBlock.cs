using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Backbones;

/// <inheritdoc cref="ResNetBlock.Bottleneck"/>
internal sealed class BottleneckBlock : nn.Module<Tensor, Tensor>, IOnnxExport
{
    public const int Expansion = 4;

    private readonly int width;
    private readonly Conv2d conv1, conv2, conv3;
    private readonly BatchNorm2d bn1, bn2, bn3;
    private readonly Shortcut? shortcut;

    public BottleneckBlock(int width, int channels, int planes, int stride, int dilation) : base("Bottleneck")
    {
        this.width = width;
        (conv1, bn1) = (nn.Conv2d(channels, planes, 1, bias: false), nn.BatchNorm2d(planes));
        (conv2, bn2) = (nn.Conv2d(planes, planes, 3, stride: stride, padding: dilation, dilation: dilation, bias: false), nn.BatchNorm2d(planes));
        (conv3, bn3) = (nn.Conv2d(planes, planes * Expansion, 1, bias: false), nn.BatchNorm2d(planes * Expansion));
        foreach (var (name, module) in new (string, nn.Module)[] { ("conv1", conv1), ("bn1", bn1), ("conv2", conv2), ("bn2", bn2), ("conv3", conv3), ("bn3", bn3) })
            register_module(name, module);
        shortcut = Shortcut.Between(channels, planes * Expansion, stride, width);
        if (shortcut is not null) register_module("downsample", shortcut.Module);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var features = NormalisedConvolution.Apply(conv1, bn1, input, width).relu_();
        features = NormalisedConvolution.Apply(conv2, bn2, features, width).relu_();
        features = NormalisedConvolution.Apply(conv3, bn3, features, width);
        return (features + (shortcut?.Of(input) ?? input)).relu_().MoveToOuterDisposeScope();
    }

    public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input)
    {
        var features = graph.Relu(graph.Layers(input, conv1, bn1));
        features = graph.Relu(graph.Layers(features, conv2, bn2));
        return [graph.Relu(graph.Sum(graph.Layers(features, conv3, bn3), shortcut?.Of(graph, input) ?? input))];
    }
}
