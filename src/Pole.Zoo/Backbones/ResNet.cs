using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Backbones;

/// <summary>
/// ResNet as the CLIMS CAM network uses it (CVI-SZU/CLIMS, net/resnet50_v2.py): the stride sits on the 3×3
/// convolution, normalisation is ordinary batch norm that moves during training, and only the stem's parameters are frozen.
/// Parameters are named as in torchvision.
/// </summary>
public sealed class ResNet : Backbone, IStagedBackbone, IOnnxExport
{
    private readonly int width, expansion;
    private readonly Conv2d stem;
    private readonly BatchNorm2d stemNorm;
    private readonly Sequential[] stages = new Sequential[4];

    /// <param name="width">Channels of the stem; stage s has width · 2^s planes, and with bottlenecks four times as many outputs.</param>
    /// <param name="blocks">Blocks of each of the four stages.</param>
    /// <param name="stride">32: as ImageNet's classifiers. 16: the last stage keeps stride 1. 8: the last two do, dilated 2 after their first block.</param>
    /// <param name="freezeStem">Leave the first convolution and its norm's scale and shift untrained.</param>
    /// <param name="dilations">Dilation of each stage after its first block; null for CLIMS's.</param>
    /// <param name="normalisation">How it was trained to see pixels; null for torchvision's way.</param>
    public ResNet(int width, IReadOnlyList<int> blocks, int stride, bool freezeStem, IReadOnlyList<int>? dilations = null, ResNetBlock block = ResNetBlock.Bottleneck, PixelNormalisation? normalisation = null) : base("ResNet")
    {
        if (blocks.Count != 4) throw new ExperimentException($"a ResNet has four stages; 'blocks' lists {blocks.Count}");
        (this.width, expansion, Normalisation) = (width, block == ResNetBlock.Basic ? BasicBlock.Expansion : BottleneckBlock.Expansion, normalisation ?? PixelNormalisation.ImageNet);
        int[] strides = stride switch { 32 => [1, 2, 2, 2], 16 => [1, 2, 2, 1], _ => [1, 2, 1, 1] };
        dilations ??= stride == 8 ? [1, 1, 2, 2] : [1, 1, 1, 1];
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
            for (var place = 0; place < blocks[stage]; place++)
            {
                var (own, dilation) = place == 0 ? (strides[stage], 1) : (1, dilations[stage]);
                stages[stage].append(place.ToString(), block == ResNetBlock.Basic ? new BasicBlock(width, channels, planes, own, dilation) : new BottleneckBlock(width, channels, planes, own, dilation));
                channels = planes * expansion;
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

    public override PixelNormalisation Normalisation { get; }

    /// <summary>Channels of the pooled stem and of the four stages.</summary>
    public IReadOnlyList<int> StageChannels => [width, .. Enumerable.Range(0, stages.Length).Select(stage => (width << stage) * expansion)];

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
}
