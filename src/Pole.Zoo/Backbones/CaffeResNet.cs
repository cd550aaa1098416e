using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Backbones;

/// <summary>
/// The bottleneck ResNet of DeepLab v2 (kazuto1011/deeplab-pytorch, libs/models/resnet.py): the stride sits on the first convolution of a
/// block, as in Caffe, and the last two stages keep stride 8, dilated 2 and 4 from their first block on. Parameters are named as there.
/// </summary>
public sealed class CaffeResNet : Backbone, IStagedBackbone, IOnnxExport
{
    private static readonly (int Stride, int Dilation)[] StageForms = [(1, 1), (2, 1), (1, 2), (1, 4)];

    /// <summary>The stem, and four stages.</summary>
    private readonly List<nn.Module<Tensor, Tensor>> layers = [];

    /// <param name="width">Channels of the stem: 64 for the published networks.</param>
    /// <param name="blocks">Blocks of each of the four stages: 3, 4, 23, 3 for ResNet-101.</param>
    /// <param name="normMomentum">Share of a new batch in the running statistics: 0.001 for published weights, whose statistics are good.</param>
    public CaffeResNet(int width, IReadOnlyList<int> blocks, double normMomentum = 1e-3) : base("CaffeResNet")
    {
        Add("layer1", nn.Sequential(("conv1", new ConvolutionAndNorm(width, 3, width, 7, stride: 2, padding: 3, dilation: 1, rectified: true, normMomentum))));
        var channels = width;
        for (var stage = 0; stage < StageForms.Length; stage++)
        {
            var layer = nn.Sequential();
            for (var block = 0; block < blocks[stage]; block++)
            {
                var output = 4 * width << stage;
                layer.append($"block{block + 1}", new Block(width, channels, output, block == 0 ? StageForms[stage].Stride : 1, StageForms[stage].Dilation, hasShortcut: block == 0, normMomentum));
                channels = output;
            }

            Add($"layer{stage + 2}", layer);
        }

        (OutputChannels, StageChannels) = (channels, [width, .. StageForms.Select((_, stage) => 4 * width << stage)]);
    }

    public override int OutputChannels { get; }

    public override int Stride => 8;

    public override PixelNormalisation Normalisation => PixelNormalisation.Caffe;

    public IReadOnlyList<int> StageChannels { get; }

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Stages(images)[^1].MoveToOuterDisposeScope();
    }

    public IReadOnlyList<Tensor> Stages(Tensor images)
    {
        using var scope = NewDisposeScope();
        var outputs = new List<Tensor> { nn.functional.max_pool2d(layers[0].call(ChannelsLast.For(StageChannels[0], images)), 3, stride: 2, padding: 1, ceil_mode: true) };
        foreach (var layer in layers.Skip(1)) outputs.Add(layer.call(outputs[^1]));
        return [.. outputs.Select(output => output.MoveToOuterDisposeScope())];
    }

    public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input)
    {
        List<OnnxValue> outputs = [graph.MaxPool(graph.Layers(input, layers[0]), kernel: 3, stride: 2, padding: 1, ceilMode: true)];
        foreach (var layer in layers.Skip(1)) outputs.Add(graph.Layers(outputs[^1], layer));
        return outputs;
    }

    private void Add(string name, nn.Module<Tensor, Tensor> layer)
    {
        layers.Add(layer);
        register_module(name, layer);
    }

    private sealed class ConvolutionAndNorm : nn.Module<Tensor, Tensor>, IOnnxExport
    {
        private readonly Conv2d convolution;
        private readonly BatchNorm2d norm;
        private readonly int width;
        private readonly bool rectified;

        public ConvolutionAndNorm(int width, int channels, int output, int kernel, int stride, int padding, int dilation, bool rectified, double normMomentum) : base("ConvolutionAndNorm")
        {
            (this.width, this.rectified) = (width, rectified);
            register_module("conv", convolution = nn.Conv2d(channels, output, kernel, stride: stride, padding: padding, dilation: dilation, bias: false));
            register_module("bn", norm = nn.BatchNorm2d(output, momentum: normMomentum));
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var features = NormalisedConvolution.Apply(convolution, norm, input, width);
            return (rectified ? features.relu_() : features).MoveToOuterDisposeScope();
        }

        public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input)
        {
            var features = graph.Layers(input, convolution, norm);
            return [rectified ? graph.Relu(features) : features];
        }
    }

    /// <summary>A bottleneck whose stride sits on the first convolution, as in Caffe; the first block of a dilated stage is dilated too.</summary>
    private sealed class Block : nn.Module<Tensor, Tensor>, IOnnxExport
    {
        private readonly ConvolutionAndNorm reduce, middle, increase;
        private readonly ConvolutionAndNorm? shortcut;

        public Block(int width, int channels, int output, int stride, int dilation, bool hasShortcut, double normMomentum) : base("Block")
        {
            var inner = output / 4;
            register_module("reduce", reduce = new ConvolutionAndNorm(width, channels, inner, 1, stride, 0, 1, rectified: true, normMomentum));
            register_module("conv3x3", middle = new ConvolutionAndNorm(width, inner, inner, 3, 1, dilation, dilation, rectified: true, normMomentum));
            register_module("increase", increase = new ConvolutionAndNorm(width, inner, output, 1, 1, 0, 1, rectified: false, normMomentum));
            if (hasShortcut) register_module("shortcut", shortcut = new ConvolutionAndNorm(width, channels, output, 1, stride, 0, 1, rectified: false, normMomentum));
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var features = increase.call(middle.call(reduce.call(input)));
            return (features + (shortcut is null ? input : shortcut.call(input))).relu_().MoveToOuterDisposeScope();
        }

        public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input) =>
            [graph.Relu(graph.Sum(graph.Layers(input, reduce, middle, increase), shortcut is null ? input : graph.Layers(input, shortcut)))];
    }
}
