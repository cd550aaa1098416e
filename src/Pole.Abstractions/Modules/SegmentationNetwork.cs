using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole;

/// <summary>What a segmentation network is made for.</summary>
/// <param name="Labels">Classes and background.</param>
/// <param name="Backbone">Makes the experiment's backbone, for a network that stands on one; the network owns it.</param>
public sealed record SegmentationBase(int Labels, Func<Backbone> Backbone);

/// <summary>A network from images to logits of every label.</summary>
public abstract class SegmentationNetwork(string name) : nn.Module(name)
{
    /// <summary>How the network sees pixels.</summary>
    public abstract PixelNormalisation Normalisation { get; }

    public abstract IEnumerable<Parameter> BackboneParameters { get; }

    public abstract IEnumerable<Parameter> ClassifierWeights { get; }

    public abstract IEnumerable<Parameter> ClassifierBiases { get; }

    /// <summary>Logits that training takes a loss of, each in its own size; the first are those of the images at full scale, the last those of <see cref="Segment"/>.</summary>
    /// <param name="images"><c>[N, 3, H, W]</c>.</param>
    public abstract IReadOnlyList<Tensor> Pyramid(Tensor images);

    /// <returns>Logits <c>[N, labels, h, w]</c>.</returns>
    public Tensor Segment(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Pyramid(images)[^1].MoveToOuterDisposeScope();
    }
}
