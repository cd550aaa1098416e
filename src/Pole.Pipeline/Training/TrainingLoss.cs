using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>The loss of a batch.</summary>
/// <param name="Total">A scalar, which is minimised.</param>
/// <param name="Terms">Scalars that it is made of, before their weights; empty where it has no parts.</param>
public sealed record TrainingLoss(Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Terms)
{
    public static implicit operator TrainingLoss(Tensor total) => new(total, []);

    /// <summary>The total and the terms, read at once: a GPU is waited for once a step.</summary>
    public (double Total, IReadOnlyList<(string Name, double Value)> Terms) Read()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var values = stack([Total, .. Terms.Select(term => term.Value)]).ToFloats();
        return (values[0], [.. Terms.Select((term, index) => (term.Name, (double)values[index + 1]))]);
    }
}
