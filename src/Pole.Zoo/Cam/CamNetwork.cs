using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Cam;

/// <summary>
/// A backbone and a 1×1 classifier without bias, read in three ways: image-level logits, sigmoid maps (CLIMS), and CAMs
/// (CVI-SZU/CLIMS, net/resnet50_clims.py, classes Net, CLIMS and CAM).
/// </summary>
public sealed class CamNetwork : nn.Module
{
    private readonly Backbone backbone;
    private readonly Conv2d classifier;

    /// <exception cref="ExperimentException">The backbone sees pixels otherwise than ImageNet's networks, and so than the CLIMS losses.</exception>
    public CamNetwork(Backbone backbone, int classes) : base("CamNetwork")
    {
        if (backbone.Normalisation != PixelNormalisation.ImageNet) throw new ExperimentException($"backbone: {backbone.GetName()} does not see ImageNet's colours, which CAMs and the CLIMS losses are made for; use a resnet");
        this.backbone = backbone;
        classifier = nn.Conv2d(backbone.OutputChannels, classes, 1, bias: false);
        register_module("backbone", backbone);
        register_module("classifier", classifier);
    }

    public Backbone Backbone => backbone;

    public IEnumerable<Parameter> BackboneParameters => backbone.parameters().Where(parameter => parameter.requires_grad);

    public IEnumerable<Parameter> ClassifierParameters => classifier.parameters();

    /// <summary>Classifier responses at every cell: <c>[N, K, h, w]</c>, neither rectified nor squashed.</summary>
    public Tensor Maps(Tensor images)
    {
        using var scope = NewDisposeScope();
        return classifier.call(backbone.call(images)).MoveToOuterDisposeScope();
    }

    /// <summary>Logits <c>[N, K]</c> of global-average-pooled features.</summary>
    public Tensor Logits(Tensor images)
    {
        using var scope = NewDisposeScope();
        var pooled = nn.functional.adaptive_avg_pool2d(backbone.call(images), 1);
        return classifier.call(pooled).flatten(1).MoveToOuterDisposeScope();
    }

    /// <summary>P = sigmoid of the maps, <c>[N, K, h, w]</c> in 0…1: what the CLIMS losses train.</summary>
    public Tensor Activations(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Maps(images).sigmoid().MoveToOuterDisposeScope();
    }

    /// <summary>Rectified maps of an image plus the un-flipped ones of its mirror image.</summary>
    /// <param name="image"><c>[1, 3, H, W]</c> or <c>[3, H, W]</c>.</param>
    /// <returns><c>[K, h, w]</c>.</returns>
    public Tensor CamWithMirror(Tensor image)
    {
        using var scope = NewDisposeScope();
        var single = image.dim() == 3 ? image.unsqueeze(0) : image;
        var maps = Maps(cat([single, single.flip(-1)], 0)).relu();
        return (maps[0] + maps[1].flip(-1)).MoveToOuterDisposeScope();
    }
}
