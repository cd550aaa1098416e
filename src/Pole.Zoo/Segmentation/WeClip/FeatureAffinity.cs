using static TorchSharp.torch;

namespace Pole.Zoo.Segmentation.WeClip;

/// <summary>Affinity of the cells of a feature map, sigmoid(fᵀf), and its loss (AFA, Ru et al. 2022; zbf1991/WeCLIP, utils/losses.py and utils/camutils.py).</summary>
public static class FeatureAffinity
{
    /// <param name="features"><c>[N, C, h, w]</c>.</param>
    /// <returns><c>[N, cells, cells]</c>, 0…1.</returns>
    public static Tensor Of(Tensor features)
    {
        using var scope = NewDisposeScope();
        var cells = features.flatten(2);
        return cells.transpose(1, 2).matmul(cells).sigmoid().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Half the mean of 1 − affinity over the pairs of one label, and half the mean of the affinity over those of two, each sum divided by the number of its pairs in the batch plus 1. Pairs are at most <paramref name="radius"/> rows and
    /// columns apart, a cell with itself among them; those with a cell that is ignored do not count.
    /// </summary>
    /// <param name="affinities"><c>[N, rows · columns, rows · columns]</c>.</param>
    /// <param name="labels">Of which a cell has the label of its top left pixel.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Loss(Tensor affinities, IReadOnlyList<LabelMap> labels, int rows, int columns, int radius)
    {
        using var scope = NewDisposeScope();
        var device = affinities.device;
        var cells = tensor(labels.SelectMany(map => Cells(map, rows, columns)).ToArray(), [labels.Count, rows * columns], device: device);
        var counts = cells != LabelMap.Ignored;
        var pairs = (counts.unsqueeze(2) & counts.unsqueeze(1) & Near(rows, columns, radius, device)).to(affinities.dtype);
        var equal = (cells.unsqueeze(2) == cells.unsqueeze(1)).to(affinities.dtype) * pairs;
        var unequal = pairs - equal;
        var (attraction, repulsion) = ((equal * (1 - affinities)).sum() / (equal.sum() + 1), (unequal * affinities).sum() / (unequal.sum() + 1));
        return ((attraction + repulsion) / 2).MoveToOuterDisposeScope();
    }

    private static IEnumerable<long> Cells(LabelMap map, int rows, int columns) =>
        from row in Enumerable.Range(0, rows) from column in Enumerable.Range(0, columns) select (long)map.Labels[row * map.Height / rows * map.Width + column * map.Width / columns];

    /// <returns><c>[cells, cells]</c>.</returns>
    private static Tensor Near(int rows, int columns, int radius, Device device)
    {
        using var scope = NewDisposeScope();
        var cells = arange(rows * columns, device: device);
        var (row, column) = (cells.div(columns, RoundingMode.floor), cells % columns);
        return ((row.unsqueeze(0) - row.unsqueeze(1)).abs() <= radius & (column.unsqueeze(0) - column.unsqueeze(1)).abs() <= radius).MoveToOuterDisposeScope();
    }
}
