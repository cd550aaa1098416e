using static TorchSharp.torch;

namespace Pole.Zoo.Affinity;

/// <summary>
/// Which pairs of cells belong together (jiwoon-ahn/irn, voc12/dataloader.py, GetAffinityLabelFromIndices): 1 or 0 for each path and
/// source, <c>[N, paths, sources]</c>. Pairs with an ignored end are none of the three.
/// </summary>
/// <param name="Background">Both background.</param>
/// <param name="Foreground">Both of one class.</param>
/// <param name="Negative">Of different classes.</param>
public sealed record AffinityLabels(Tensor Background, Tensor Foreground, Tensor Negative)
{
    public AffinityLabels To(Device device) => new(Background.to(device), Foreground.to(device), Negative.to(device));

    /// <param name="labels">One map an image, of the grid's size.</param>
    public static AffinityLabels Find(IReadOnlyList<LabelMap> labels, PairGrid grid)
    {
        var size = grid.Offsets.Count * grid.Sources.Count;
        var (background, foreground, negative) = (new float[labels.Count * size], new float[labels.Count * size], new float[labels.Count * size]);
        for (var image = 0; image < labels.Count; image++)
        for (var path = 0; path < grid.Offsets.Count; path++)
        for (var source = 0; source < grid.Sources.Count; source++)
        {
            var cell = grid.Sources[source];
            var (from, to) = (labels[image].Labels[cell], labels[image].Labels[cell + grid.Offsets[path].Row * grid.Width + grid.Offsets[path].Column]);
            if (from == LabelMap.Ignored || to == LabelMap.Ignored) continue;
            (from != to ? negative : from == 0 ? background : foreground)[image * size + path * grid.Sources.Count + source] = 1;
        }

        return new AffinityLabels(AsTensor(background), AsTensor(foreground), AsTensor(negative));

        Tensor AsTensor(float[] values) => tensor(values, [labels.Count, grid.Offsets.Count, grid.Sources.Count], device: CPU);
    }
}
