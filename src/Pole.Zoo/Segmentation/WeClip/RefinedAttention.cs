using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation.WeClip;

/// <summary>
/// Attention of a frozen CLIP under a learnt affinity (WeCLIP's refining module; Zhang et al., CVPR 2024, section 3.4; zbf1991/WeCLIP, clip/clip_tool.py, perform_single_voc_cam): of the attentions those are taken whose sum is not further below
/// the affinity's than the mean of all, and their mean is multiplied by the affinity.
/// </summary>
public static class RefinedAttention
{
    private const double Epsilon = 1e-5;

    /// <param name="attentions"><c>[cells, cells]</c> each.</param>
    /// <param name="affinity"><c>[cells, cells]</c>, 0…1.</param>
    /// <returns><c>[cells, cells]</c>.</returns>
    public static Tensor Of(IReadOnlyList<Tensor> attentions, Tensor affinity)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var all = stack(attentions, 0);
        var distances = (affinity - all).sum([1L, 2L]);
        var taken = (distances <= distances.mean()).to(all.dtype);
        return ((all * taken.view(-1, 1, 1)).sum([0L]) / (taken.sum() + Epsilon) * affinity).MoveToOuterDisposeScope();
    }
}
