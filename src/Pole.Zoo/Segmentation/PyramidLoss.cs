using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation;

/// <summary>Sum over a pyramid of logits of the cross entropies with the labels, resized to each (kazuto1011/deeplab-pytorch, main.py; balanced: CVI-SZU/CLIMS, segmentation/deeplabv2/main_v2.py).</summary>
public static class PyramidLoss
{
    /// <param name="labels">0 … labels − 1, or 255 to ignore.</param>
    /// <returns>A scalar; 0 where every pixel is ignored.</returns>
    public static Tensor Compute(IReadOnlyList<Tensor> pyramid, IReadOnlyList<LabelMap> labels, SegmentationLoss loss = SegmentationLoss.CrossEntropy)
    {
        using var scope = NewDisposeScope();
        var losses = pyramid.Select(logits => (Logits: logits, Labels: Resized(labels, (int)logits.shape[2], (int)logits.shape[3])))
            .Where(level => level.Labels.Any(label => label != LabelMap.Ignored))
            .Select(level => loss is SegmentationLoss.Balanced ? Balanced(level.Logits, level.Labels) : CrossEntropy(level.Logits, level.Labels)).ToList();
        return (losses.Count == 0 ? pyramid[0].sum() * 0 : losses.Aggregate((sum, next) => sum + next)).MoveToOuterDisposeScope();
    }

    /// <summary>A part that no pixel has counts as 0, where the published code divides by 0.</summary>
    private static Tensor Balanced(Tensor logits, long[] labels)
    {
        long[] background = [.. labels.Select(label => label == 0 ? 0 : LabelMap.Ignored)], foreground = [.. labels.Select(label => label == 0 ? LabelMap.Ignored : label)];
        var parts = new[] { background, foreground }.Where(part => part.Any(label => label != LabelMap.Ignored)).Select(part => CrossEntropy(logits, part));
        return parts.Aggregate((sum, next) => sum + next) / 2;
    }

    private static Tensor CrossEntropy(Tensor logits, long[] labels) =>
        nn.functional.cross_entropy(logits, tensor(labels, [logits.shape[0], logits.shape[2], logits.shape[3]], device: logits.device), ignore_index: LabelMap.Ignored);

    /// <summary>The nearest label of each cell, as Pillow resizes.</summary>
    private static long[] Resized(IReadOnlyList<LabelMap> labels, int height, int width) =>
        [.. labels.SelectMany(map => Enumerable.Range(0, height * width).Select(cell =>
            (long)map.Labels[(int)((cell / width + 0.5) * map.Height / height) * map.Width + (int)((cell % width + 0.5) * map.Width / width)]))];
}
