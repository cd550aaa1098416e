using Pole.Zoo.Backbones;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Pole.Zoo.Clip.Aligned;

/// <summary>
/// A stand-in for a CLIP whose image tower cannot be had: a pretrained backbone, frozen, with a projection into the space of real text embeddings that is fitted to image-level labels. It knows the images it was
/// fitted to and the names that were asked of the real text tower, and nothing else.
/// </summary>
public sealed class AlignedClip : ClipModel
{
    private const string TextRows = "text_rows";

    private readonly Backbone backbone;
    private readonly Linear projection;
    private readonly TextRowTokenizer tokenizer;

    /// <param name="backbone">Owned.</param>
    /// <param name="texts">Unit vectors <c>[names, D]</c> in the order of the space's names; owned.</param>
    /// <param name="resolution">Side of the square input, in pixels.</param>
    public AlignedClip(Backbone backbone, TextSpace space, Tensor texts, int resolution) : base("AlignedClip")
    {
        (this.backbone, tokenizer, EmbeddingSize, ImageResolution) = (backbone, new TextRowTokenizer(space), space.EmbeddingSize, resolution);
        projection = nn.Linear(backbone.OutputChannels, EmbeddingSize);
        register_module("backbone", backbone);
        register_module("projection", projection);
        register_buffer(TextRows, texts);
    }

    /// <summary>What is fitted.</summary>
    public Linear Projection => projection;

    public override int ImageResolution { get; }

    /// <summary>Of CAM training, in which CLIP sees the CAM network's images; the backbone is given its own pixels.</summary>
    public override PixelNormalisation Normalisation => PixelNormalisation.ImageNet;

    public override int EmbeddingSize { get; }

    public override ITextTokenizer Tokenizer => tokenizer;

    public override Tensor EncodeImage(Tensor images)
    {
        using var scope = NewDisposeScope();
        return projection.call(Features(images)).MoveToOuterDisposeScope();
    }

    /// <summary>What the projection is fitted to: the backbone's features, averaged over the image.</summary>
    /// <param name="images"><c>[N, 3, R, R]</c>, ImageNet-normalised.</param>
    /// <returns><c>[N, F]</c>.</returns>
    public Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        return backbone.call(PixelConversion.Of(images, backbone)).mean([2, 3]).MoveToOuterDisposeScope();
    }

    public override Tensor EmbedTokens(Tensor tokens) => get_buffer(TextRows)![tokens];

    public override Tensor EncodeEmbedded(Tensor embedded, Tensor ends) => embedded.select(1, 0);
}
