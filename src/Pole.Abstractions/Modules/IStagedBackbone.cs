using static TorchSharp.torch;

namespace Pole;

/// <summary>A backbone that shows what it computes on the way: strides 4, 4, 8, and twice 16, or 8 where the whole has stride 8.</summary>
public interface IStagedBackbone
{
    /// <summary>Channels of each stage.</summary>
    IReadOnlyList<int> StageChannels { get; }

    /// <summary>The output of each stage for images <c>[N, 3, H, W]</c>.</summary>
    IReadOnlyList<Tensor> Stages(Tensor images);
}
