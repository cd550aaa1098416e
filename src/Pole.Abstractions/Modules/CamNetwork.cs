using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole;

/// <summary>What a CAM network is made for.</summary>
/// <param name="Backbone">Owned by the network, which registers it as <c>backbone</c>: refinement and segmentation take it from there.</param>
public sealed record CamBase(Backbone Backbone, int Classes);

/// <summary>
/// A network from images to a map for each class: trained as a classifier on image-level labels, then by the objective on its maps, and read for CAMs. Images are <c>[N, 3, H, W]</c>,
/// ImageNet-normalised.
/// </summary>
public abstract class CamNetwork(string name) : nn.Module(name)
{
    /// <summary>Parameters that learn at the training's rate.</summary>
    public abstract IEnumerable<Parameter> BackboneParameters { get; }

    /// <summary>Parameters that learn <see cref="TrainingOptions.HeadLrMultiplier"/> times as fast.</summary>
    public abstract IEnumerable<Parameter> HeadParameters { get; }

    /// <summary>Responses of each class at every cell, <c>[N, K, h, w]</c>, neither rectified nor squashed: a CAM is their positive part, P their sigmoid.</summary>
    public abstract Tensor Maps(Tensor images);

    /// <summary>Image-level logits, <c>[N, K]</c>.</summary>
    public abstract Tensor Logits(Tensor images);

    /// <summary>P = sigmoid of the maps, <c>[N, K, h, w]</c> in 0…1: what the objective trains.</summary>
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
