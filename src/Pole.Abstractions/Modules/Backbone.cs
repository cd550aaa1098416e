using static TorchSharp.torch;

namespace Pole;

/// <summary>
/// A convolutional feature extractor: images <c>[N, 3, H, W]</c>, normalised as <see cref="Normalisation"/> says, to features
/// <c>[N, OutputChannels, ⌈H / Stride⌉, ⌈W / Stride⌉]</c>.
/// </summary>
[OptionsDeclare(typeof(IBackboneShape), "public BackboneShape Shape => new(Stride: 16, HasStages: false, PixelNormalisation.ImageNet);")]
public abstract class Backbone(string name) : nn.Module<Tensor, Tensor>(name)
{
    public abstract int OutputChannels { get; }

    /// <summary>How the network sees pixels; CAM networks need ImageNet's.</summary>
    public virtual PixelNormalisation Normalisation => PixelNormalisation.ImageNet;

    /// <summary>Input pixels per feature cell.</summary>
    public abstract int Stride { get; }
}
