using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Backbones;

/// <summary>
/// Bottleneck ResNet as the CLIMS CAM network uses it (CVI-SZU/CLIMS, net/resnet50_v2.py): the stride sits on the 3×3
/// convolution, normalisation is ordinary batch norm that moves during training, and only the stem's parameters are frozen.
/// Parameters are named as in torchvision.
/// </summary>
public sealed class ResNet : Backbone, IStagedBackbone, IOnnxExport
{
    private readonly int width;
    private readonly Conv2d stem;
    private readonly BatchNorm2d stemNorm;
    private readonly Sequential[] stages = new Sequential[4];

    /// <param name="width">Channels of the stem; stage s has width · 2^s planes and four times as many outputs.</param>
    /// <param name="blocks">Blocks of each of the four stages.</param>
    /// <param name="stride">16: the last stage keeps stride 1. 8: the last two do, dilated 2 after their first block.</param>
    /// <param name="freezeStem">Leave the first convolution and its norm's scale and shift untrained.</param>
    /// <param name="dilations">Dilation of each stage after its first block; null for CLIMS's.</param>
    public ResNet(int width, IReadOnlyList<int> blocks, int stride, bool freezeStem, IReadOnlyList<int>? dilations = null) : base("ResNet")
    {
        if (blocks.Count != 4) throw new ExperimentException($"a ResNet has four stages; 'blocks' lists {blocks.Count}");
        this.width = width;
        int[] strides = stride == 16 ? [1, 2, 2, 1] : [1, 2, 1, 1];
        dilations ??= stride == 16 ? [1, 1, 1, 1] : [1, 1, 2, 2];
        Stride = stride;
        stem = nn.Conv2d(3, width, 7, stride: 2, padding: 3, bias: false);
        stemNorm = nn.BatchNorm2d(width);
        register_module("conv1", stem);
        register_module("bn1", stemNorm);
        var channels = width;
        for (var stage = 0; stage < 4; stage++)
        {
            var planes = width << stage;
            stages[stage] = nn.Sequential();
            for (var block = 0; block < blocks[stage]; block++)
            {
                var first = block == 0;
                stages[stage].append(block.ToString(), new Bottleneck(width, channels, planes, first ? strides[stage] : 1, first ? 1 : dilations[stage], hasDownsample: first));
                channels = planes * Bottleneck.Expansion;
            }

            register_module($"layer{stage + 1}", stages[stage]);
        }

        OutputChannels = channels;
        Initialise();
        if (!freezeStem) return;
        foreach (var parameter in stem.parameters().Concat(stemNorm.parameters())) parameter.requires_grad_(false);
    }

    public override int OutputChannels { get; }

    public override int Stride { get; }

    /// <summary>Channels of the pooled stem and of the four stages.</summary>
    public IReadOnlyList<int> StageChannels => [width, .. Enumerable.Range(0, stages.Length).Select(stage => (width << stage) * Bottleneck.Expansion)];

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Stages(images)[^1].MoveToOuterDisposeScope();
    }

    /// <summary>The pooled stem and the output of each of the four stages.</summary>
    public IReadOnlyList<Tensor> Stages(Tensor images)
    {
        using var scope = NewDisposeScope();
        var outputs = new List<Tensor> { nn.functional.max_pool2d(NormalisedConvolution.Apply(stem, stemNorm, ChannelsLast.For(width, images), width).relu_(), 3, stride: 2, padding: 1) };
        foreach (var stage in stages) outputs.Add(stage.call(outputs[^1]));
        return [.. outputs.Select(output => output.MoveToOuterDisposeScope())];
    }

    public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input)
    {
        List<OnnxValue> outputs = [graph.MaxPool(graph.Relu(graph.Layers(input, stem, stemNorm)), kernel: 3, stride: 2, padding: 1)];
        foreach (var stage in stages) outputs.Add(graph.Layers(outputs[^1], stage));
        return outputs;
    }

    private void Initialise()
    {
        using var noGradient = no_grad();
        foreach (var module in modules())
            if (module is Conv2d convolution) nn.init.kaiming_normal_(convolution.weight!, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
    }

    private sealed class Bottleneck : nn.Module<Tensor, Tensor>, IOnnxExport
    {
        public const int Expansion = 4;

        private readonly int width;
        private readonly Conv2d conv1, conv2, conv3;
        private readonly BatchNorm2d bn1, bn2, bn3;
        private readonly Conv2d? shortcut;
        private readonly BatchNorm2d? shortcutNorm;

        public Bottleneck(int width, int channels, int planes, int stride, int dilation, bool hasDownsample) : base("Bottleneck")
        {
            this.width = width;
            (conv1, bn1) = (nn.Conv2d(channels, planes, 1, bias: false), nn.BatchNorm2d(planes));
            (conv2, bn2) = (nn.Conv2d(planes, planes, 3, stride: stride, padding: dilation, dilation: dilation, bias: false), nn.BatchNorm2d(planes));
            (conv3, bn3) = (nn.Conv2d(planes, planes * Expansion, 1, bias: false), nn.BatchNorm2d(planes * Expansion));
            foreach (var (name, module) in new (string, nn.Module)[] { ("conv1", conv1), ("bn1", bn1), ("conv2", conv2), ("bn2", bn2), ("conv3", conv3), ("bn3", bn3) })
                register_module(name, module);
            if (!hasDownsample) return;

            (shortcut, shortcutNorm) = (nn.Conv2d(channels, planes * Expansion, 1, stride: stride, bias: false), nn.BatchNorm2d(planes * Expansion));
            register_module("downsample", nn.Sequential(("0", shortcut), ("1", shortcutNorm)));
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var features = NormalisedConvolution.Apply(conv1, bn1, input, width).relu_();
            features = NormalisedConvolution.Apply(conv2, bn2, features, width).relu_();
            features = NormalisedConvolution.Apply(conv3, bn3, features, width);
            return (features + (shortcut is null ? input : NormalisedConvolution.Apply(shortcut, shortcutNorm!, input, width))).relu_().MoveToOuterDisposeScope();
        }

        public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input)
        {
            var features = graph.Relu(graph.Layers(input, conv1, bn1));
            features = graph.Relu(graph.Layers(features, conv2, bn2));
            return [graph.Relu(graph.Sum(graph.Layers(features, conv3, bn3), shortcut is null ? input : graph.Layers(input, shortcut, shortcutNorm!)))];
        }
    }
}
