using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole;

/// <summary>What a segmentation network is made for.</summary>
/// <param name="Labels">Classes and background.</param>
/// <param name="Backbone">Makes the experiment's backbone, for a network that stands on one; the network owns it.</param>
public sealed record SegmentationBase(int Labels, Func<Backbone> Backbone)
{
    /// <summary>The shape of the experiment's CLIP, for a network that stands on one (<see cref="IStandsOnClip"/>); null where the experiment has none.</summary>
    public ClipShape? ClipShape { get; init; }

    /// <summary>The experiment's frozen CLIP, which is not the network's: it keeps a copy of what it stands on. Null where the weights of the whole network are read from a file afterwards.</summary>
    public Func<ClipModel>? Clip { get; init; }

    /// <summary>What a network that makes its own masks (<see cref="IMakesMasks"/>) asks the CLIP; null unless it is to be trained on them.</summary>
    public ClipPrompts? Prompts { get; init; }
}

/// <summary>Options of a segmentation network that stands on the image tower of the experiment's CLIP instead of a backbone.</summary>
public interface IStandsOnClip;

/// <summary>Options of a segmentation network that can make the masks that it learns from of image-level labels, batch by batch (<see cref="MaskSource.Online"/>). It implements <see cref="ISegmentationObjective"/>.</summary>
public interface IMakesMasks;

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
