using TorchSharp;
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

    /// <summary>Opens the last block on an image of any size.</summary>
    /// <param name="image"><c>[1, 3, H, W]</c>, whole patches.</param>
    /// <param name="attentions">How many blocks keep their attention, counted from the last.</param>
    /// <param name="keepsOutputs">Whether the outputs of the blocks before the last are kept.</param>
    /// <returns>The caller disposes it.</returns>
    public ClipActivations Open(Tensor image, int attentions, bool keepsOutputs = false)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (states, rows, columns) = Embed(image);
        return new Opened(this, transformer.Open(states, attentions, keepsOutputs), rows, columns);
    }

    /// <summary>The outputs of the blocks before the last at the cells of images of any size.</summary>
    /// <param name="images"><c>[N, 3, H, W]</c>, whole patches.</param>
    /// <returns><c>[N, rows · columns, width]</c> each.</returns>
    public IReadOnlyList<Tensor> Outputs(Tensor images)
    {
        using var scope = NewDisposeScope();
        return [.. transformer.Outputs(Embed(images).States).Select(output => output[TensorIndex.Colon, TensorIndex.Slice(1)].MoveToOuterDisposeScope())];
    }

    /// <inheritdoc cref="ClipNetwork.Calibrate"/>
    public CalibratedTokens Calibrate(Tensor image, int blocks, HeadSum heads, int attentions)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (embedded, rows, columns) = Embed(image);
        var (states, kept) = transformer.Calibrate(embedded, blocks, heads, attentions);
        var tokens = normAfter.call(states).matmul(this.ParameterOf(Projection))[0].to(ScalarType.Float32);
        var patchesAlone = TensorIndex.Slice(1);
        return new CalibratedTokens(tokens.DetachFromDisposeScope(), [.. kept.Select(attention => attention[patchesAlone, patchesAlone].to(ScalarType.Float32).DetachFromDisposeScope())], rows, columns);
    }

    /// <summary>The input of the first block for images of any size, in whole patches: <c>[N, 1 + rows · columns, width]</c>.</summary>
    private (Tensor States, int Rows, int Columns) Embed(Tensor images)
    {
        using var scope = NewDisposeScope();
        var patch = (int)patches.weight!.shape[2];
        var (rows, columns) = ((int)images.shape[2] / patch, (int)images.shape[3] / patch);
        var cells = Cells(images);
        var start = this.ParameterOf(ClassEmbedding).expand(cells.shape[0], 1, -1);
        return (normBefore.call(cat([start, cells], 1) + PositionGrid.Resize(this.ParameterOf(PositionalEmbedding), rows, columns)).MoveToOuterDisposeScope(), rows, columns);
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

    /// <param name="block">Owned.</param>
    private sealed class Opened(VisionTransformer tower, OpenedBlock block, int rows, int columns) : ClipActivations
    {
        private static readonly TensorIndex Patches = TensorIndex.Slice(1);

        private readonly Tensor features = Kept(block.Normed[0, Patches]);
        private readonly IReadOnlyList<Tensor> attentions = [.. block.Attentions.Select(attention => Kept(attention[Patches, Patches]))];

        private readonly IReadOnlyList<Tensor> outputs = [.. block.Outputs.Select(output => Kept(output[0, Patches]))];

        public override int Rows => rows;

        public override int Columns => columns;

        public override Tensor Features => features;

        public override IReadOnlyList<Tensor> Attentions => attentions;

        public override IReadOnlyList<Tensor> BlockOutputs => outputs;

        public override Tensor Embed(Tensor offsets)
        {
            using var scope = NewDisposeScope();
            var means = tower.normAfter.call(block.Finish(offsets.to(block.Normed.dtype))).mean([1L]);
            return means.matmul(tower.ParameterOf(Projection)).to(ScalarType.Float32).MoveToOuterDisposeScope();
        }

        public override void Dispose()
        {
            foreach (var tensor in (Tensor[])[features, .. attentions, .. outputs]) tensor.Dispose();
            block.Dispose();
        }

        /// <summary>A view, unless the tower computes in fewer bits.</summary>
        private static Tensor Kept(Tensor part) => (part.dtype == ScalarType.Float32 ? part : part.to(ScalarType.Float32)).DetachFromDisposeScope();
    }
}
