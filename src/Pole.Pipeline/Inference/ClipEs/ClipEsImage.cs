using Pole.Data.Imaging;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using TorchSharp;
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
        factor = FactorOf(clip);
        activations = clip.Open(image, refinement?.Blocks ?? 0);
        if (refinement is null) return;
        var attention = activations.Attentions[0].clone();
        foreach (var other in activations.Attentions.Skip(1)) attention.add_(other);
        affinity = new ClassAwareAffinity(attention.div_(activations.Attentions.Count), refinement.Squarings);
    }

    /// <summary>The network whose image tower is looked into.</summary>
    /// <exception cref="ExperimentException">The CLIP is of another make.</exception>
    public static ClipNetwork NetworkOf(ClipModel clip) => ClipNetwork.Inside(clip)
        ?? throw new ExperimentException($"clip-es looks into the image tower of a CLIP as OpenAI made it, ViT or ResNet; {clip.GetName()} is another: take vit-b-16, or rise as the cam.source, which asks any CLIP");

    /// <summary>CLIP's own factor on cosines.</summary>
    public static double FactorOf(ClipNetwork clip)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Math.Exp(clip.LogitScale.to(ScalarType.Float32).cpu().item<float>());
    }

    /// <summary>An image resized to whole cells, at one scale.</summary>
    /// <param name="refinement">Null for CAMs as Grad-CAM gives them.</param>
    /// <returns>The caller disposes it.</returns>
    public static ClipEsImage Open(ClipNetwork clip, RgbImage image, AttentionRefinementOptions? refinement, Device device)
    {
        using var scope = NewDisposeScope();
        return new ClipEsImage(clip, ImageTensors.Normalised(PilResize.Bicubic(image, WholeCells(image.Width), WholeCells(image.Height)), clip.Normalisation).unsqueeze(0).to(device), refinement);

        int WholeCells(int side) => (side + clip.CellSize - 1) / clip.CellSize * clip.CellSize;
    }

    /// <summary>Maps of cells as maps of pixels.</summary>
    /// <param name="maps"><c>[maps, rows, columns]</c>.</param>
    /// <returns><c>[maps, height, width]</c>.</returns>
    public static Tensor Enlarged(Tensor maps, int height, int width) => nn.functional.interpolate(maps.unsqueeze(0), [height, width], mode: InterpolationMode.Bilinear, align_corners: false)[0];

    /// <summary>Probabilities of texts in the whole image: softmax(CLIP's own factor · cosine), the function whose gradient the CAMs are made of.</summary>
    /// <param name="texts">Normalised embeddings, <c>[sets, texts, D]</c>.</param>
    /// <returns><c>[sets, texts]</c>; each row adds up to 1.</returns>
    public Tensor Probabilities(Tensor texts)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var embedding = activations.Embed(zeros([1, activations.Features.shape[1]], dtype: ScalarType.Float32, device: texts.device))[0];
        return (texts.matmul(embedding / embedding.norm()) * factor).softmax(-1).MoveToOuterDisposeScope();
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
