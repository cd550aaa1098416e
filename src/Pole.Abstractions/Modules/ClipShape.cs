namespace Pole;

/// <summary>What is known of a CLIP before it is made, so that a build can tell what does not fit it.</summary>
/// <param name="EmbeddingSize">Length of an embedding.</param>
/// <param name="ContextLength">Tokens of a prompt, with its start and its end; a word has at least one.</param>
public sealed record ClipShape(int EmbeddingSize, int ContextLength)
{
    /// <summary>Sizes of a ViT image tower; null where the image tower is of another kind.</summary>
    public VitShape? Vit { get; init; }

    /// <summary>Blocks of a ViT image tower; null where the image tower is of another kind.</summary>
    public int? VisionBlocks => Vit?.Blocks;

    /// <summary>Whether the image tower is one of CLIP's own, whose layers can be looked into; false for a stand-in.</summary>
    public bool ExposesLayers { get; init; } = true;

    /// <summary>Whether embeddings have dimensions besides those of the text space, such as those of a cone: what was embedded elsewhere does not fit them.</summary>
    public bool AddsDimensions { get; init; }

    /// <summary>Module of the CLIP whose text embeddings it has; null for its own.</summary>
    public string? TextSpace { get; init; }

    /// <summary>That which the options of a CLIP declare.</summary>
    public static ClipShape Of(IModuleOptions<ClipModel> options) => ((IClipShape)options).Shape;
}

/// <summary>Sizes of a CLIP's ViT image tower, whose heads are 64 channels wide.</summary>
/// <param name="Width">Channels.</param>
/// <param name="PatchSize">Side of a patch, in pixels.</param>
/// <param name="Blocks">Transformer blocks.</param>
/// <param name="ImageResolution">Side of the images whose positions it has learnt, in pixels.</param>
/// <param name="Normalisation">How it was trained to see pixels.</param>
public sealed record VitShape(int Width, int PatchSize, int Blocks, int ImageResolution, PixelNormalisation Normalisation);

/// <summary>Options of a CLIP: all of them say its shape.</summary>
public interface IClipShape
{
    ClipShape Shape { get; }

    /// <summary>Counts the tokens of a text, without start and end. Unless a module says it better: a word has one, which is the least.</summary>
    /// <exception cref="ExperimentException">The vocabulary is not there; says what goes where.</exception>
    Func<string, int> TokenCounter(ModuleContext context) => text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
}
