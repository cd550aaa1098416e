using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation;

/// <summary>
/// DeepLab v2 (Chen et al. 2018; kazuto1011/deeplab-pytorch, libs/models): a bottleneck ResNet with stride 8 whose last two stages are
/// dilated, and the sum of four dilated classifiers. Parameters are named as there. Images <c>[N, 3, H, W]</c> in Caffe's colours to logits
/// <c>[N, labels, ⌈H/8⌉, ⌈W/8⌉]</c>.
/// </summary>
public sealed class DeepLabV2 : nn.Module<Tensor, Tensor>
{
    /// <summary>The stem, four stages, and the classifiers.</summary>
    private readonly List<nn.Module<Tensor, Tensor>> layers = [];

    /// <param name="width">Channels of the stem: 64 for the published networks.</param>
    /// <param name="blocks">Blocks of each of the four stages: 3, 4, 23, 3 for ResNet-101.</param>
    /// <param name="rates">Dilations of the classifiers: 6, 12, 18, 24.</param>
    /// <param name="normMomentum">Share of a new batch in the running statistics: 0.001 for published weights, whose statistics are good.</param>
    public DeepLabV2(int labels, int width, IReadOnlyList<int> blocks, IReadOnlyList<int> rates, double normMomentum = 1e-3) : base("DeepLabV2")
    {
        (int Stride, int Dilation)[] stages = [(1, 1), (2, 1), (1, 2), (1, 4)];
        Add("layer1", nn.Sequential(("conv1", new ConvolutionAndNorm(3, width, 7, stride: 2, padding: 3, dilation: 1, rectified: true, normMomentum))));
        var channels = width;
        for (var stage = 0; stage < stages.Length; stage++)
        {
            var layer = nn.Sequential();
            for (var block = 0; block < blocks[stage]; block++)
            {
                var output = 4 * width << stage;
                layer.append($"block{block + 1}", new Block(channels, output, block == 0 ? stages[stage].Stride : 1, stages[stage].Dilation, hasShortcut: block == 0, normMomentum));
                channels = output;
            }

            Add($"layer{stage + 2}", layer);
        }

        Add("aspp", new DilatedClassifiers(channels, labels, rates));
    }

    public IEnumerable<Parameter> BackboneParameters => layers.SkipLast(1).SelectMany(layer => layer.parameters());

    public IEnumerable<Parameter> ClassifierParameters => layers[^1].parameters();

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = nn.functional.max_pool2d(layers[0].call(images), 3, stride: 2, padding: 1, ceil_mode: true);
        foreach (var layer in layers.Skip(1)) features = layer.call(features);
        return features.MoveToOuterDisposeScope();
    }

    private void Add(string name, nn.Module<Tensor, Tensor> layer)
    {
        layers.Add(layer);
        register_module(name, layer);
    }

    private sealed class ConvolutionAndNorm : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d convolution;
        private readonly BatchNorm2d norm;
        private readonly bool rectified;

        public ConvolutionAndNorm(int channels, int output, int kernel, int stride, int padding, int dilation, bool rectified, double normMomentum) : base("ConvolutionAndNorm")
        {
            this.rectified = rectified;
            register_module("conv", convolution = nn.Conv2d(channels, output, kernel, stride: stride, padding: padding, dilation: dilation, bias: false));
            register_module("bn", norm = nn.BatchNorm2d(output, momentum: normMomentum));
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var features = norm.call(convolution.call(input));
            return (rectified ? features.relu() : features).MoveToOuterDisposeScope();
        }
    }

    /// <summary>A bottleneck whose stride sits on the first convolution, as in Caffe; the first block of a dilated stage is dilated too.</summary>
    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly ConvolutionAndNorm reduce, middle, increase;
        private readonly ConvolutionAndNorm? shortcut;

        public Block(int channels, int output, int stride, int dilation, bool hasShortcut, double normMomentum) : base("Block")
        {
            var inner = output / 4;
            register_module("reduce", reduce = new ConvolutionAndNorm(channels, inner, 1, stride, 0, 1, rectified: true, normMomentum));
            register_module("conv3x3", middle = new ConvolutionAndNorm(inner, inner, 3, 1, dilation, dilation, rectified: true, normMomentum));
            register_module("increase", increase = new ConvolutionAndNorm(inner, output, 1, 1, 0, 1, rectified: false, normMomentum));
            if (hasShortcut) register_module("shortcut", shortcut = new ConvolutionAndNorm(channels, output, 1, stride, 0, 1, rectified: false, normMomentum));
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var features = increase.call(middle.call(reduce.call(input)));
            return (features + (shortcut is null ? input : shortcut.call(input))).relu().MoveToOuterDisposeScope();
        }
    }

    /// <summary>Atrous spatial pyramid pooling: classifiers of several dilations, summed.</summary>
    private sealed class DilatedClassifiers : nn.Module<Tensor, Tensor>
    {
        private readonly List<Conv2d> branches;

        public DilatedClassifiers(int channels, int labels, IReadOnlyList<int> rates) : base("DilatedClassifiers")
        {
            branches = [.. rates.Select(rate => nn.Conv2d(channels, labels, 3, padding: rate, dilation: rate))];
            for (var branch = 0; branch < branches.Count; branch++) register_module($"c{branch}", branches[branch]);
        }

        public override Tensor forward(Tensor features)
        {
            using var scope = NewDisposeScope();
            return branches.Select(branch => branch.call(features)).Aggregate((sum, next) => sum + next).MoveToOuterDisposeScope();
        }
    }
}
