using Pole.Zoo.Backbones;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Cam;

/// <summary>
/// A backbone and a 1×1 classifier without bias, read in three ways: image-level logits, sigmoid maps (CLIMS), and CAMs
/// (CVI-SZU/CLIMS, net/resnet50_clims.py, classes Net, CLIMS and CAM).
/// </summary>
public sealed class ClassifierCamNetwork : CamNetwork, IOnnxExport, IPublishedNames
{
    private readonly Backbone backbone;
    private readonly Conv2d classifier;

    public ClassifierCamNetwork(Backbone backbone, int classes) : base("CamNetwork")
    {
        this.backbone = backbone;
        classifier = nn.Conv2d(backbone.OutputChannels, classes, 1, bias: false);
        register_module("backbone", backbone);
        register_module("classifier", classifier);
    }

    public Backbone Backbone => backbone;

    public override IEnumerable<Parameter> BackboneParameters => backbone.parameters().Where(parameter => parameter.requires_grad);

    public override IEnumerable<Parameter> HeadParameters => classifier.parameters();

    public override Tensor Maps(Tensor images)
    {
        using var scope = NewDisposeScope();
        return classifier.call(backbone.call(PixelConversion.Of(images, backbone))).MoveToOuterDisposeScope();
    }

    /// <summary>Of global-average-pooled features.</summary>
    public override Tensor Logits(Tensor images)
    {
        using var scope = NewDisposeScope();
        var pooled = nn.functional.adaptive_avg_pool2d(backbone.call(PixelConversion.Of(images, backbone)), 1);
        return classifier.call(pooled).flatten(1).MoveToOuterDisposeScope();
    }

    public IReadOnlyList<OnnxValue> AddTo(OnnxGraph graph, OnnxValue input)
    {
        var features = graph.Module(backbone, PixelConversion.Of(graph, input, backbone))[^1];
        return [graph.Layers(features, classifier), graph.Flatten(graph.Layers(graph.GlobalAveragePool(features), classifier))];
    }

    /// <summary>CLIMS's, whose backbone is a ResNet; on another the network is no one else's.</summary>
    public IReadOnlyList<string> PublishedNamesOf(string name) => backbone is ResNet ? CamCheckpoint.ToClims(name) : [name];
}
