using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation;

/// <summary>Sum over a pyramid of logits of the cross entropies with the labels, resized to each (kazuto1011/deeplab-pytorch, main.py).</summary>
public static class PyramidLoss
{
    /// <param name="labels">0 … labels − 1, or 255 to ignore.</param>
    /// <returns>A scalar; 0 where every pixel is ignored.</returns>
    public static Tensor Compute(IReadOnlyList<Tensor> pyramid, IReadOnlyList<LabelMap> labels)
    {
        using var scope = NewDisposeScope();
        var losses = pyramid.Select(logits => (Logits: logits, Labels: Resized(labels, (int)logits.shape[2], (int)logits.shape[3])))
            .Where(level => level.Labels.Any(label => label != LabelMap.Ignored))
            .Select(level => nn.functional.cross_entropy(level.Logits, tensor(level.Labels, [labels.Count, level.Logits.shape[2], level.Logits.shape[3]], device: level.Logits.device), ignore_index: LabelMap.Ignored)).ToList();
        return (losses.Count == 0 ? pyramid[0].sum() * 0 : losses.Aggregate((sum, next) => sum + next)).MoveToOuterDisposeScope();
    }

    /// <summary>The nearest label of each cell, as Pillow resizes.</summary>
    private static long[] Resized(IReadOnlyList<LabelMap> labels, int height, int width) =>
        [.. labels.SelectMany(map => Enumerable.Range(0, height * width).Select(cell =>
            (long)map.Labels[(int)((cell / width + 0.5) * map.Height / height) * map.Width + (int)((cell % width + 0.5) * map.Width / width)]))];
}
