using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>CLIP's ViT (openai/CLIP, class VisionTransformer): <c>[N, 3, R, R]</c> to <c>[N, EmbeddingSize]</c>.</summary>
internal sealed class VisionTransformer : nn.Module<Tensor, Tensor>
{
    private const string ClassEmbedding = "class_embedding", PositionalEmbedding = "positional_embedding", Projection = "proj";

    private readonly Conv2d patches;
    private readonly LayerNorm normBefore;
    private readonly ClipTransformer transformer;
    private readonly LayerNorm normAfter;

    public VisionTransformer(ClipArchitecture architecture) : base("VisionTransformer")
    {
        var (width, patch) = (architecture.VisionWidth, architecture.VisionPatchSize!.Value);
        var grid = architecture.ImageResolution / patch;
        var scale = Math.Pow(width, -0.5);
        patches = nn.Conv2d(3, width, patch, stride: patch, bias: false);
        var classEmbedding = new Parameter(randn(width) * scale);
        var positionalEmbedding = new Parameter(randn(grid * grid + 1, width) * scale);
        normBefore = nn.LayerNorm(width);
        transformer = new ClipTransformer(width, architecture.VisionLayers[0], architecture.VisionHeads, causal: false);
        normAfter = nn.LayerNorm(width);
        var projection = new Parameter(randn(width, architecture.EmbeddingSize) * scale);
        register_module("conv1", patches);
        register_parameter(ClassEmbedding, classEmbedding);
        register_parameter(PositionalEmbedding, positionalEmbedding);
        register_module("ln_pre", normBefore);
        register_module("transformer", transformer);
        register_module("ln_post", normAfter);
        register_parameter(Projection, projection);
    }

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var cells = Cells(images);
        var start = this.ParameterOf(ClassEmbedding).expand(cells.shape[0], 1, -1);
        var states = transformer.First(normBefore.call(cat([start, cells], 1) + this.ParameterOf(PositionalEmbedding)));
        return normAfter.call(states).matmul(this.ParameterOf(Projection)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The convolution of <c>conv1</c> as a linear layer on the pixels of each patch: patches do not overlap, and the gradient of such a convolution's input is a slow one in oneDNN.
    /// </summary>
    /// <returns><c>[N, patches, width]</c>.</returns>
    private Tensor Cells(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (count, channels, patch) = (images.shape[0], images.shape[1], patches.weight!.shape[2]);
        var (rows, columns) = (images.shape[2] / patch, images.shape[3] / patch);
        var pixels = images[TensorIndex.Ellipsis, TensorIndex.Slice(0, rows * patch), TensorIndex.Slice(0, columns * patch)].reshape(count, channels, rows, patch, columns, patch);
        return nn.functional.linear(pixels.permute(0, 2, 4, 1, 3, 5).reshape(count, rows * columns, channels * patch * patch), patches.weight!.flatten(1)).MoveToOuterDisposeScope();
    }
}
