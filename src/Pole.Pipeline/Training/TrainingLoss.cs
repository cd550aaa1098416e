using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>The loss of a batch.</summary>
/// <param name="Total">A scalar, which is minimised.</param>
/// <param name="Terms">Scalars that it is made of, before their weights; empty where it has no parts.</param>
public sealed record TrainingLoss(Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Terms)
{
    /// <summary>What else tells how the training goes, scalars: <c>ratio.image</c> for a learnable mixing ratio, <c>otm.cosine</c> for what a term observes.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Observed { get; init; } = [];

    public static implicit operator TrainingLoss(Tensor total) => new(total, []);

    /// <summary>All values, read at once: a GPU is waited for once a step.</summary>
    public LossValues Read()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var values = stack([Total, .. Terms.Concat(Observed).Select(term => term.Value)]).ToFloats();
        return new LossValues(values[0], [.. Terms.Select((term, index) => (term.Name, (double)values[index + 1]))], [.. Observed.Select((observed, index) => (observed.Name, (double)values[Terms.Count + index + 1]))]);
    }
}

/// <summary>The values of a <see cref="TrainingLoss"/>.</summary>
public sealed record LossValues(double Total, IReadOnlyList<(string Name, double Value)> Terms, IReadOnlyList<(string Name, double Value)> Observed);
