using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>The ViT image tower of a CLIP, frozen, for a network that stands on its features; parameters are named as in openai/CLIP.</summary>
public sealed class ClipTower : nn.Module
{
    private const int HeadWidth = 64;

    private readonly VisionTransformer visual;

    /// <summary>With random weights, which those of a file take the place of.</summary>
    /// <param name="embeddingSize">Of the CLIP.</param>
    public ClipTower(VitShape shape, int embeddingSize) : this(shape, new VisionTransformer(new ClipArchitecture
    {
        EmbeddingSize = embeddingSize, ImageResolution = shape.ImageResolution, VisionLayers = [shape.Blocks], VisionWidth = shape.Width, VisionPatchSize = shape.PatchSize, VisionHeads = Math.Max(1, shape.Width / HeadWidth),
        ContextLength = 1, VocabularySize = 1, TextWidth = 1, TextHeads = 1, TextLayers = 1,
    }))
    {
    }

    private ClipTower(VitShape shape, VisionTransformer visual) : base("ClipTower")
    {
        (Shape, this.visual) = (shape, visual);
        register_module("visual", visual);
        foreach (var parameter in visual.parameters()) parameter.requires_grad_(false);
    }

    public VitShape Shape { get; }

    /// <summary>A copy of a CLIP's tower, in 32 bits.</summary>
    /// <exception cref="ExperimentException">Its image tower is no ViT.</exception>
    public static ClipTower Of(ClipModel clip)
    {
        if (ClipNetwork.Inside(clip) is not { Vit: { } source, Architecture: var architecture } inside) throw new ExperimentException($"the network stands on the ViT image tower of a CLIP as OpenAI made it, and {clip.GetName()} has none: take vit-b-16");
        var tower = new ClipTower(new VitShape(architecture.VisionWidth, architecture.VisionPatchSize!.Value, architecture.VisionLayers[0], architecture.ImageResolution, inside.Normalisation), new VisionTransformer(architecture));
        using var noGradient = no_grad();
        foreach (var (own, other) in tower.visual.parameters().Zip(source.parameters())) own.copy_(other);
        return tower;
    }

    /// <summary>Outputs of the last <paramref name="maps"/> blocks before the last block, at the cells; without gradient.</summary>
    /// <param name="images"><c>[N, 3, H, W]</c>, whole patches.</param>
    /// <returns><c>[N, cells, width]</c> each.</returns>
    public IReadOnlyList<Tensor> Features(Tensor images, int maps)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return [.. visual.Outputs(images).TakeLast(maps).Select(output => output.MoveToOuterDisposeScope())];
    }

    /// <summary>Opens the last block for Grad-CAM, and keeps the outputs of the others.</summary>
    /// <param name="image"><c>[1, 3, H, W]</c>, whole patches.</param>
    /// <param name="attentions">How many blocks keep their attention, counted from the last.</param>
    /// <returns>The caller disposes it.</returns>
    public ClipActivations Open(Tensor image, int attentions) => visual.Open(image, attentions, keepsOutputs: true);
}
