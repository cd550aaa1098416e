using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation;

/// <summary>
/// DeepLab v3+ (Chen et al. 2018, "Encoder-Decoder with Atrous Separable Convolution"; the form on a ResNet, with ordinary convolutions, of
/// kazuto1011/deeplab-pytorch, libs/models/deeplabv3plus.py): a pyramid of dilated convolutions and image-level features, enlarged to stride 4,
/// joined with reduced features of the first stage, decoded by two 3×3 convolutions. Logits have stride 4.
/// </summary>
public sealed class DeepLabV3Plus : SegmentationNetwork, IOnnxExport
{
    private const int LowLevelStage = 1;

    private readonly Backbone backbone;
    private readonly IStagedBackbone stagedBackbone;
    private readonly List<Sequential> pyramid = [];
    private readonly Sequential imageLevel, project, reduce, decode;
    private readonly Conv2d classifier;

    /// <param name="backbone">Owned.</param>
    /// <param name="rates">Dilations of the pyramid, beside a 1×1 convolution and image-level features.</param>
    /// <exception cref="ExperimentException">The backbone does not show its stages.</exception>
    public DeepLabV3Plus(Backbone backbone, int labels, IReadOnlyList<int> rates, int channels, int lowLevelChannels) : base("DeepLabV3Plus")
    {
        this.backbone = backbone;
        stagedBackbone = backbone as IStagedBackbone ?? throw new ExperimentException($"deeplab-v3-plus: the backbone {backbone.GetName()} does not show its stages; use a resnet");
        pyramid.Add(Convolution(backbone.OutputChannels, channels, 1));
        pyramid.AddRange(rates.Select(rate => Convolution(backbone.OutputChannels, channels, 3, rate)));
        // One value an image has no statistics in a batch of one, so this branch is not normalised.
        imageLevel = nn.Sequential(("conv", nn.Conv2d(backbone.OutputChannels, channels, 1)), ("relu", nn.ReLU()));
        project = Convolution((rates.Count + 2) * channels, channels, 1);
        reduce = Convolution(stagedBackbone.StageChannels[LowLevelStage], lowLevelChannels, 1);
        decode = nn.Sequential(("0", Convolution(channels + lowLevelChannels, channels, 3)), ("1", Convolution(channels, channels, 3)));
        classifier = nn.Conv2d(channels, labels, 1);

        register_module("backbone", backbone);
        for (var branch = 0; branch < pyramid.Count; branch++) register_module($"aspp{branch}", pyramid[branch]);
        foreach (var (name, module) in new (string, nn.Module)[] { ("image_level", imageLevel), ("project", project), ("reduce", reduce), ("decode", decode), ("classifier", classifier) }) register_module(name, module);
    }

    public override PixelNormalisation Normalisation => backbone.Normalisation;

    public override IEnumerable<Parameter> BackboneParameters => backbone.parameters().Where(parameter => parameter.requires_grad);

    /// <summary>Everything above the backbone, its norms and biases too.</summary>
    public override IEnumerable<Parameter> ClassifierWeights => pyramid.Concat([imageLevel, project, reduce, decode]).SelectMany(module => module.parameters()).Concat(classifier.parameters());

    public override IEnumerable<Parameter> ClassifierBiases => [];

    public override IReadOnlyList<Tensor> Pyramid(Tensor images)
    {
        using var scope = NewDisposeScope();
        var stages = stagedBackbone.Stages(images);
        var (low, high) = (stages[LowLevelStage], stages[^1]);
        var pooled = imageLevel.call(nn.functional.adaptive_avg_pool2d(high, 1)).expand(-1, -1, high.shape[2], high.shape[3]);
        var context = project.call(cat([.. pyramid.Select(branch => branch.call(high)), pooled], 1));
        var enlarged = nn.functional.interpolate(context, [low.shape[2], low.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
        return [classifier.call(decode.call(cat([enlarged, reduce.call(low)], 1))).MoveToOuterDisposeScope()];
    }

    public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input)
    {
        var stages = graph.Module(backbone, input);
        var (low, high) = (stages[LowLevelStage], stages[^1]);
        var pooled = graph.ExpandTo(graph.Layers(graph.GlobalAveragePool(high), imageLevel), high);
        var context = graph.Layers(graph.Concatenate([.. pyramid.Select(branch => graph.Layers(high, branch)), pooled]), project);
        return [graph.Layers(graph.Concatenate(graph.ResizeTo(context, low), graph.Layers(low, reduce)), decode, classifier)];
    }

    private static Sequential Convolution(long channels, long output, int kernel, int dilation = 1) =>
        nn.Sequential(("conv", nn.Conv2d(channels, output, kernel, padding: dilation * (kernel / 2), dilation: dilation, bias: false)), ("bn", nn.BatchNorm2d(output)), ("relu", nn.ReLU()));
}
