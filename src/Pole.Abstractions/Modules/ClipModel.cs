using static TorchSharp.torch;

namespace Pole;

/// <summary>An image tower and a text tower with a common embedding space (Radford et al. 2021), frozen when used as a judge.</summary>
[OptionsDeclare(typeof(IClipShape), "public ClipShape Shape => new(EmbeddingSize: 512, ContextLength: 77);")]
public abstract class ClipModel(string name) : nn.Module(name)
{
    /// <summary>Side of the square input, in pixels.</summary>
    public abstract int ImageResolution { get; }

    /// <summary>How the model was trained to see pixels.</summary>
    public abstract PixelNormalisation Normalisation { get; }

    /// <summary>Length of an embedding.</summary>
    public abstract int EmbeddingSize { get; }

    public abstract ITextTokenizer Tokenizer { get; }

    /// <param name="images"><c>[N, 3, ImageResolution, ImageResolution]</c>.</param>
    /// <returns>Embeddings <c>[N, EmbeddingSize]</c>, not normalised.</returns>
    public abstract Tensor EncodeImage(Tensor images);

    /// <param name="tokens">Token ids <c>[N, L]</c>, int64, padded with 0 after the end token, which has the highest id.</param>
    /// <returns>Embeddings <c>[N, EmbeddingSize]</c>, not normalised.</returns>
    public virtual Tensor EncodeText(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return EncodeEmbedded(EmbedTokens(tokens), tokens.argmax(1)).MoveToOuterDisposeScope();
    }

    /// <summary>The vectors that the text tower starts from, before positions are added: what prompt learners put their own among.</summary>
    /// <param name="tokens">Token ids <c>[N, L]</c>, int64.</param>
    /// <returns><c>[N, L, width]</c>.</returns>
    public abstract Tensor EmbedTokens(Tensor tokens);

    /// <summary>The rest of the text tower.</summary>
    /// <param name="embedded"><c>[N, L, width]</c>.</param>
    /// <param name="ends">Place of each row's end token, int64 <c>[N]</c>.</param>
    /// <returns>Embeddings <c>[N, EmbeddingSize]</c>, not normalised.</returns>
    public abstract Tensor EncodeEmbedded(Tensor embedded, Tensor ends);
}
