using Pole.Zoo.Cam;
using Pole.Zoo.Objective;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>The weighted sum of terms over what CLIP judges.</summary>
internal sealed class JudgedObjective(ObjectiveOptions options, ModuleContext modules)
{
    private readonly IReadOnlyList<(string Name, ObjectiveTerm Term)> terms = [.. options.Terms.Select(term => (ObjectiveOptions.NameOf(term), term.Create(modules)))];

    /// <summary>What its terms read.</summary>
    public JudgedFeatures Reads => terms.Aggregate(JudgedFeatures.None, (reads, term) => reads | term.Term.Reads);

    /// <summary>P, what the maps split images by, <c>[N, K, h, w]</c> in 0…1.</summary>
    public Tensor Activations(CamNetwork network, Tensor images)
    {
        if (options.MinMaxConstant is not { } constant) return network.Activations(images);
        using var scope = NewDisposeScope();
        return MapScale.MinMax(network.Maps(images).relu(), constant).MoveToOuterDisposeScope();
    }

    /// <summary>The objective of a batch, and each term before its weight. Of a batch without objects, which CLIP has nothing to judge of, only terms of maps alone are left.</summary>
    /// <remarks>Called in the dispose scope that the batch was made in; the loss is moved out of it.</remarks>
    public TrainingLoss Of(JudgedBatch judged)
    {
        var values = terms.Where(term => judged.Pairs.Count > 0 || term.Term.Reads == JudgedFeatures.None).Select(term => (term.Name, term.Term.Weight, Value: term.Term.Compute(judged))).ToList();
        var total = values.Count == 0 ? judged.Maps.sum() * 0 : values.Select(term => term.Value * term.Weight).Aggregate((sum, term) => sum + term);
        return new TrainingLoss(total.MoveToOuterDisposeScope(), [.. values.Select(term => (term.Name, term.Value.detach().MoveToOuterDisposeScope()))]) { Observed = Observed(judged) };
    }

    private List<(string Name, Tensor Value)> Observed(JudgedBatch judged)
    {
        if (judged.Pairs.Count == 0) return [];
        using var noGradient = no_grad();
        return [.. terms.SelectMany(term => term.Term.Observe(judged).Select(observed => ($"{term.Name}.{observed.Name}", observed.Value.MoveToOuterDisposeScope())))];
    }
}
