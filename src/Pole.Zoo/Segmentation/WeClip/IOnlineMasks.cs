using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation.WeClip;

/// <summary>Makes the masks of a batch of what the CLIP has computed of its images.</summary>
public interface IOnlineMasks : IDisposable
{
    /// <summary>How many blocks have to keep their attention, counted from the last.</summary>
    int Attentions { get; }

    /// <param name="images">Each opened.</param>
    /// <param name="affinities">As the network has learnt them so far, <c>[N, cells, cells]</c>, without gradient.</param>
    /// <returns>In the order of the images; 255 where the batch has it.</returns>
    IReadOnlyList<LabelMap> Of(SegmentationBatch batch, IReadOnlyList<ClipActivations> images, Tensor affinities);
}
