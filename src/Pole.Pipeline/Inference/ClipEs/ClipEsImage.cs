using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.ClipEs;

/// <summary>One image in the frozen CLIP: its pass is done once, CAMs of any texts are taken from it.</summary>
internal sealed class ClipEsImage : IDisposable
{
    private readonly AttentionRefinementOptions? refinement;
    private readonly ClipActivations activations;
    private readonly ClassAwareAffinity? affinity;
    private readonly double factor;

    /// <param name="image"><c>[1, 3, H, W]</c>, whole cells.</param>
    /// <param name="refinement">Null for CAMs as Grad-CAM gives them.</param>
    public ClipEsImage(ClipNetwork clip, Tensor image, AttentionRefinementOptions? refinement)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        this.refinement = refinement;
        factor = Math.Exp(clip.LogitScale.to(ScalarType.Float32).cpu().item<float>());
        activations = clip.Open(image, refinement?.Blocks ?? 0);
        if (refinement is null) return;
        var attention = activations.Attentions[0].clone();
        foreach (var other in activations.Attentions.Skip(1)) attention.add_(other);
        affinity = new ClassAwareAffinity(attention.div_(activations.Attentions.Count), refinement.Squarings);
    }

    /// <summary>CAMs, from 0 to 1, of cells.</summary>
    /// <param name="texts">Normalised embeddings that each map's class competes among, <c>[maps, texts, D]</c>.</param>
    /// <param name="targets">Of each map, the place of its class among its texts.</param>
    /// <returns><c>[maps, rows, columns]</c>.</returns>
    public Tensor Maps(Tensor texts, IReadOnlyList<int> targets)
    {
        using var scope = NewDisposeScope();
        var maps = ClipGradCam.Maps(activations, texts, targets, factor);
        return (affinity is null ? maps : stack(maps.unbind(0).Select(map => affinity.Refine(map, refinement!.Threshold)), 0)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        activations.Dispose();
        affinity?.Dispose();
    }
}
