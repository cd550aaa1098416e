using static TorchSharp.torch;

namespace Pole;

/// <summary>An image tower and a text tower with a common embedding space (Radford et al. 2021), frozen when used as a judge.</summary>
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

    /// <param name="tokens">Token ids <c>[N, L]</c>, int64, padded with 0 after the end token.</param>
    /// <returns>Embeddings <c>[N, EmbeddingSize]</c>, not normalised.</returns>
    public abstract Tensor EncodeText(Tensor tokens);
}
