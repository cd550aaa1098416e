using Pole.Data.Imaging;
using Pole.Pipeline.Inference.FrozenClip;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference.ClipEs;

/// <summary>One image in the frozen CLIP: its pass is done once, CAMs of any texts are taken from it.</summary>
internal sealed class ClipEsImage : IFrozenClipImage
{
    private readonly ClipActivations activations;
    private readonly AttentionRefinement? refinement;
    private readonly double factor;

    /// <param name="image"><c>[1, 3, H, W]</c>, whole cells.</param>
    /// <param name="options">Null for CAMs as Grad-CAM gives them.</param>
    public ClipEsImage(ClipNetwork clip, Tensor image, AttentionRefinementOptions? options)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        factor = FactorOf(clip);
        activations = clip.Open(image, options?.Blocks ?? 0);
        if (options is not null) refinement = new AttentionRefinement(activations.Attentions, options);
    }

    /// <summary>The network whose image tower is looked into.</summary>
    /// <exception cref="ExperimentException">The CLIP is of another make.</exception>
    public static ClipNetwork NetworkOf(ClipModel clip) => FrozenClipMethod.NetworkOf(clip, "clip-es", "ViT or ResNet");

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

    /// <summary>softmax(CLIP's own factor · cosine), the function whose gradient the CAMs are made of.</summary>
    /// <inheritdoc/>
    public Tensor Probabilities(Tensor texts)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var embedding = activations.Embed(zeros([1, activations.Features.shape[1]], dtype: ScalarType.Float32, device: texts.device))[0];
        return (texts.matmul(embedding / embedding.norm()) * factor).softmax(-1).MoveToOuterDisposeScope();
    }

    public Tensor Maps(Tensor texts, IReadOnlyList<int> targets)
    {
        using var scope = NewDisposeScope();
        var maps = ClipGradCam.Maps(activations, texts, targets, factor);
        return (refinement?.Refine(maps) ?? maps).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        activations.Dispose();
        refinement?.Dispose();
    }
}
