using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Affinity;

/// <summary>The losses of one batch, each a scalar.</summary>
public sealed record AffinityTerms(Tensor Total, Tensor BackgroundPositive, Tensor ForegroundPositive, Tensor Negative, Tensor ForegroundDisplacement, Tensor BackgroundDisplacement);

/// <summary>
/// IRNet's loss (jiwoon-ahn/irn, net/resnet50_irn.py, AffinityDisplacementLoss, weighted as step/train_irn.py): pairs of one class should hold
/// together, pairs of different classes should not, and displacements within an object should differ by the pair's offset.
/// </summary>
public sealed class AffinityLoss : IDisposable
{
    private const double Epsilon = 1e-5;

    /// <summary>For each length of path, the cells of all its paths from all sources.</summary>
    private readonly List<(Tensor Indices, int Paths, int Length)> groups;

    public AffinityLoss(PairGrid grid, Device device)
    {
        Grid = grid;
        groups = [.. grid.Offsets.GroupBy(offset => offset.Path.Count).Select(group => (Indices(group, device).DetachFromDisposeScope(), group.Count(), group.Key))];
    }

    public PairGrid Grid { get; }

    /// <summary>1 − the strongest edge on each path.</summary>
    /// <param name="edges">Probabilities <c>[N, 1, h, w]</c>.</param>
    /// <returns><c>[N, paths, sources]</c>.</returns>
    public Tensor Affinities(Tensor edges)
    {
        using var scope = NewDisposeScope();
        var flat = edges.flatten(1);
        var strongest = groups.Select(group => flat.index_select(1, group.Indices).view(flat.shape[0], group.Paths, group.Length, Grid.Sources.Count).max(2).values);
        return (1 - cat([.. strongest], 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Displacement of the source minus that of its partner.</summary>
    /// <param name="displacements"><c>[N, 2, h, w]</c>.</param>
    /// <returns><c>[N, 2, paths, sources]</c>.</returns>
    public Tensor PairDisplacements(Tensor displacements)
    {
        using var scope = NewDisposeScope();
        var flat = displacements.flatten(2);
        var sources = tensor(Grid.Sources.Select(cell => (long)cell).ToArray(), device: flat.device);
        var partners = Grid.Offsets.Select(offset => flat.index_select(2, sources + (offset.Row * Grid.Width + offset.Column)));
        return (flat.index_select(2, sources).unsqueeze(2) - stack(partners, 2)).MoveToOuterDisposeScope();
    }

    public AffinityTerms Compute(AffinityMaps maps, AffinityLabels labels)
    {
        using var scope = NewDisposeScope();
        var pairLoss = PairLoss.Compute(Affinities(maps.EdgeLogits.sigmoid()), labels);
        var pairs = PairDisplacements(maps.Displacements);
        var offsets = tensor(Grid.Offsets.Select(offset => (float)offset.Row).Concat(Grid.Offsets.Select(offset => (float)offset.Column)).ToArray(), [1, 2, Grid.Offsets.Count, 1], device: pairs.device);

        var foregroundDisplacement = MeanOfBoth((pairs - offsets).abs(), labels.Foreground);
        var backgroundDisplacement = MeanOfBoth(pairs.abs(), labels.Background);
        var total = pairLoss.Total + (foregroundDisplacement + backgroundDisplacement) / 2;
        return new AffinityTerms(total.MoveToOuterDisposeScope(), pairLoss.BackgroundPositive.MoveToOuterDisposeScope(), pairLoss.ForegroundPositive.MoveToOuterDisposeScope(), pairLoss.Negative.MoveToOuterDisposeScope(),
            foregroundDisplacement.MoveToOuterDisposeScope(), backgroundDisplacement.MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        foreach (var group in groups) group.Indices.Dispose();
    }

    private static Tensor MeanOfBoth(Tensor losses, Tensor labels) => (losses * labels.unsqueeze(1)).sum() / (labels.sum() * 2 + Epsilon);

    private Tensor Indices(IEnumerable<PathOffset> offsets, Device device) =>
        tensor(offsets.SelectMany(offset => offset.Path).SelectMany(cell => Grid.Sources.Select(source => (long)(source + cell.Row * Grid.Width + cell.Column))).ToArray(), device: device);
}
