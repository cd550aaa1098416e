using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>CLIP (Radford et al. 2021; openai/CLIP, clip/model.py, class CLIP), parameters named as there.</summary>
public sealed class ClipNetwork : ClipModel
{
    private const string PositionalEmbedding = "positional_embedding", TextProjection = "text_projection", LogScale = "logit_scale";

    /// <summary>Floats of the widest vector, AVX-512's.</summary>
    private const int PlacesOfVector = 16;

    private readonly nn.Module<Tensor, Tensor> visual;
    private readonly Embedding tokenEmbedding;
    private readonly ClipTransformer transformer;
    private readonly LayerNorm finalNorm;

    /// <param name="normalisation">Null for that of the published models.</param>
    public ClipNetwork(ClipArchitecture architecture, ITextTokenizer tokenizer, PixelNormalisation? normalisation = null) : base("CLIP")
    {
        Architecture = architecture;
        Normalisation = normalisation ?? PixelNormalisation.Clip;
        Tokenizer = tokenizer;
        visual = architecture.VisionPatchSize is null ? new ModifiedResNet(architecture) : new VisionTransformer(architecture);
        var width = architecture.TextWidth;
        tokenEmbedding = nn.Embedding(architecture.VocabularySize, width);
        var positionalEmbedding = new Parameter(randn(architecture.ContextLength, width) * 0.01);
        transformer = new ClipTransformer(width, architecture.TextLayers, architecture.TextHeads, causal: true);
        finalNorm = nn.LayerNorm(width);
        var textProjection = new Parameter(randn(width, architecture.EmbeddingSize) * Math.Pow(width, -0.5));
        var logitScale = new Parameter(tensor((float)Math.Log(1 / 0.07)));
        using (no_grad()) nn.init.normal_(tokenEmbedding.weight!, std: 0.02);

        register_module("visual", visual);
        register_module("token_embedding", tokenEmbedding);
        register_parameter(PositionalEmbedding, positionalEmbedding);
        register_module("transformer", transformer);
        register_module("ln_final", finalNorm);
        register_parameter(TextProjection, textProjection);
        register_parameter(LogScale, logitScale);
    }

    public ClipArchitecture Architecture { get; }

    public override int ImageResolution => Architecture.ImageResolution;

    public override PixelNormalisation Normalisation { get; }

    public override int EmbeddingSize => Architecture.EmbeddingSize;

    public override ITextTokenizer Tokenizer { get; }

    /// <summary>Logarithm of the factor on cosines, learned in pretraining.</summary>
    public Tensor LogitScale => this.ParameterOf(LogScale);

    public override Tensor EncodeImage(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Widened(visual.call(images.to(Type))).MoveToOuterDisposeScope();
    }

    /// <summary>The image tower where it is a ViT; null for a ResNet.</summary>
    internal VisionTransformer? Vit => visual as VisionTransformer;

    /// <summary>Pixels of a cell of <see cref="Open"/>: a patch, or what a ResNet strides over.</summary>
    public int CellSize => Architecture.VisionPatchSize ?? ModifiedResNet.Stride;

    /// <summary>The network inside a CLIP, past what a judge adds to its embeddings.</summary>
    /// <returns>Null for a CLIP of another make.</returns>
    public static ClipNetwork? Inside(ClipModel clip) => clip switch { ClipNetwork network => network, ConedClip coned => Inside(coned.Inner), _ => null };

    /// <summary>Runs the image tower up to the layer that Grad-CAM looks at, with positional embeddings resized to the image.</summary>
    /// <param name="image"><c>[1, 3, H, W]</c>, both sides multiples of <see cref="CellSize"/>.</param>
    /// <param name="attentions">How many blocks of a ViT keep their attention, counted from the last; a ResNet has none.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The tower has fewer such blocks.</exception>
    public ClipActivations Open(Tensor image, int attentions = 0)
    {
        var blocks = Architecture.VisionPatchSize is null ? 0 : Architecture.VisionLayers[0];
        if (attentions < 0 || attentions > blocks) throw new ArgumentOutOfRangeException(nameof(attentions), attentions, $"{Architecture.Name} has {blocks} blocks with attention between patches");
        using var scope = NewDisposeScope();
        return visual is VisionTransformer vit ? vit.Open(image.to(Type), attentions) : ((ModifiedResNet)visual).Open(image.to(Type));
    }

    /// <summary>
    /// The tokens of an image with a second path beside the last blocks, which keeps what is local (ExCEL's static visual calibration, zwyang6/ExCEL, CVPR 2025, after xmed-lab/CLIP_Surgery): in each of them attention is the
    /// mean of softmax(q·qᵀ·s), softmax(k·kᵀ·s) and softmax(v·vᵀ·s) of the first path's ln_1, and the second path adds up what it gathers. The class token is the first path's.
    /// </summary>
    /// <param name="image"><c>[1, 3, H, W]</c>, both sides multiples of <see cref="CellSize"/>.</param>
    /// <param name="blocks">Last blocks with a second path.</param>
    /// <param name="heads">How the heads of a self-correlation become one matrix.</param>
    /// <param name="attentions">How many blocks keep their attention, counted from the last.</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The tower has fewer such blocks; a ResNet has none.</exception>
    public CalibratedTokens Calibrate(Tensor image, int blocks, HeadSum heads, int attentions = 0)
    {
        var all = Architecture.VisionPatchSize is null ? 0 : Architecture.VisionLayers[0];
        if (blocks < 1 || blocks > all) throw new ArgumentOutOfRangeException(nameof(blocks), blocks, $"{Architecture.Name} has {all} blocks with attention between patches");
        if (attentions < 0 || attentions > all) throw new ArgumentOutOfRangeException(nameof(attentions), attentions, $"{Architecture.Name} has {all} blocks with attention between patches");
        using var scope = NewDisposeScope();
        return ((VisionTransformer)visual).Calibrate(image.to(Type), blocks, heads, attentions);
    }

    public override Tensor EmbedTokens(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return Widened(tokenEmbedding.call(tokens)).MoveToOuterDisposeScope();
    }

    public override Tensor EncodeEmbedded(Tensor embedded, Tensor ends)
    {
        using var scope = NewDisposeScope();
        var read = TensorIndex.Slice(0, PlacesRead(embedded.shape[1], ends));
        var states = finalNorm.call(transformer.call(embedded[TensorIndex.Colon, read].to(Type) + this.ParameterOf(PositionalEmbedding)[read]));
        return Widened(states[arange(embedded.shape[0], device: embedded.device), ends].matmul(this.ParameterOf(TextProjection))).MoveToOuterDisposeScope();
    }

    /// <summary>Cosines of every image with every text times the learned factor.</summary>
    /// <returns><c>[N, M]</c> for images <c>[N, 3, R, R]</c> and tokens <c>[M, L]</c>.</returns>
    public Tensor LogitsPerImage(Tensor images, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return (CosineSimilarity.Between(EncodeImage(images), EncodeText(tokens)) * LogitScale.exp()).MoveToOuterDisposeScope();
    }

    /// <summary>Attention is causal, so no embedding depends on what stands after the end of the longest text. Whole vectors of places, so that rows of attention are summed in the same groups whatever their length.</summary>
    private static long PlacesRead(long length, Tensor ends) => Math.Min(length, (ends.max().item<long>() / PlacesOfVector + 1) * PlacesOfVector);

    private ScalarType Type => tokenEmbedding.weight!.dtype;

    /// <summary>Towers in bfloat16 give their embeddings in 32 bits, in which cosines and losses are computed.</summary>
    private static Tensor Widened(Tensor values) => values.dtype == ScalarType.BFloat16 ? values.to(ScalarType.Float32) : values.alias();
}
