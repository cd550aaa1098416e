using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Affinity;

/// <summary>
/// What affinities of pairs cost, as IRNet and AffinityNet have it (jiwoon-ahn/psa, train_aff.py): pairs of one label should hold together,
/// background and foreground weighing the same, and pairs of different labels should not.
/// </summary>
public sealed record PairLoss(Tensor Total, Tensor BackgroundPositive, Tensor ForegroundPositive, Tensor Negative)
{
    private const double Epsilon = 1e-5;

    /// <param name="affinities"><c>[N, paths, sources]</c>, 0…1.</param>
    /// <returns>Scalars.</returns>
    public static PairLoss Compute(Tensor affinities, AffinityLabels labels)
    {
        using var scope = NewDisposeScope();
        var positive = -(affinities + Epsilon).log();
        var (background, foreground, negative) = (Mean(positive, labels.Background), Mean(positive, labels.Foreground), Mean(-(1 + Epsilon - affinities).log(), labels.Negative));
        var total = ((background + foreground) / 2 + negative) / 2;
        return new PairLoss(total.MoveToOuterDisposeScope(), background.MoveToOuterDisposeScope(), foreground.MoveToOuterDisposeScope(), negative.MoveToOuterDisposeScope());
    }

    private static Tensor Mean(Tensor losses, Tensor labels) => (losses * labels).sum() / (labels.sum() + Epsilon);
}
