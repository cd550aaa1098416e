using Pole.Zoo.Cam;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.FrozenClip;

/// <summary>The refinement of one image's maps along its own attention.</summary>
internal sealed class AttentionRefinement : IDisposable
{
    private readonly ClassAwareAffinity affinity;
    private readonly double threshold;

    /// <param name="attentions">Patches × patches each; their mean is gone along.</param>
    public AttentionRefinement(IReadOnlyList<Tensor> attentions, AttentionRefinementOptions options)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        threshold = options.Threshold;
        var attention = attentions[0].clone();
        foreach (var other in attentions.Skip(1)) attention.add_(other);
        affinity = new ClassAwareAffinity(attention.div_(attentions.Count), options.Squarings);
    }

    /// <param name="maps"><c>[maps, rows, columns]</c>, 0…1.</param>
    /// <returns>Of the same shape, 0…1.</returns>
    public Tensor Refine(Tensor maps)
    {
        using var scope = NewDisposeScope();
        return stack(maps.unbind(0).Select(map => affinity.Refine(map, threshold)), 0).MoveToOuterDisposeScope();
    }

    public void Dispose() => affinity.Dispose();
}
