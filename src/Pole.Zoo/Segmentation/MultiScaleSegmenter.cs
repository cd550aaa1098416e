using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation;

/// <summary>
/// Runs a segmentation network at several scales and takes the maximum of the logits (kazuto1011/deeplab-pytorch, libs/models/msc.py).
/// </summary>
/// <param name="network">Images to logits.</param>
/// <param name="scales">Scales beside the full one: 0.5, 0.75.</param>
public sealed class MultiScaleSegmenter(nn.Module<Tensor, Tensor> network, IReadOnlyList<double> scales)
{
    /// <summary>Logits at full scale, at each smaller scale in its own size, and the maximum of all at full scale: what training takes a loss of.</summary>
    public IReadOnlyList<Tensor> Pyramid(Tensor images)
    {
        using var scope = NewDisposeScope();
        var full = network.call(images);
        var smaller = scales.Select(factor => network.call(nn.functional.interpolate(images, scale_factor: [factor, factor], mode: InterpolationMode.Bilinear, align_corners: false, recompute_scale_factor: false))).ToList();
        var enlarged = smaller.Select(logits => nn.functional.interpolate(logits, [full.shape[2], full.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false));
        var maximum = enlarged.Aggregate(full, Larger);
        return [.. smaller.Prepend(full).Append(maximum).Select(logits => logits.MoveToOuterDisposeScope())];

        static Tensor Larger(Tensor one, Tensor other) => torch.maximum(one, other);
    }

    /// <summary>The maximum over scales, <c>[N, labels, h, w]</c>.</summary>
    public Tensor Segment(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Pyramid(images)[^1].MoveToOuterDisposeScope();
    }

    /// <summary>Sum over the pyramid of the cross entropies with the labels, resized to each.</summary>
    /// <param name="labels">0 … labels − 1, or 255 to ignore.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Loss(IReadOnlyList<Tensor> pyramid, IReadOnlyList<LabelMap> labels)
    {
        using var scope = NewDisposeScope();
        return pyramid.Select(logits => nn.functional.cross_entropy(logits, Resized(labels, (int)logits.shape[2], (int)logits.shape[3]).to(logits.device), ignore_index: LabelMap.Ignored))
            .Aggregate((sum, next) => sum + next).MoveToOuterDisposeScope();
    }

    /// <summary>The nearest label of each cell, as Pillow resizes: int64 <c>[N, h, w]</c>.</summary>
    private static Tensor Resized(IReadOnlyList<LabelMap> labels, int height, int width)
    {
        var values = labels.SelectMany(map => Enumerable.Range(0, height * width).Select(cell =>
            (long)map.Labels[(int)((cell / width + 0.5) * map.Height / height) * map.Width + (int)((cell % width + 0.5) * map.Width / width)]));
        return tensor(values.ToArray(), [labels.Count, height, width]);
    }
}
