using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>Sizes of a CLIP model (openai/CLIP, clip/model.py).</summary>
public sealed record ClipArchitecture
{
    public required int EmbeddingSize { get; init; }
    public required int ImageResolution { get; init; }

    /// <summary>Blocks of the image tower: one number for a ViT, four (one per stage) for a ModifiedResNet.</summary>
    public required IReadOnlyList<int> VisionLayers { get; init; }

    public required int VisionWidth { get; init; }

    /// <summary>Side of a ViT patch in pixels; null for a ModifiedResNet.</summary>
    public int? VisionPatchSize { get; init; }

    /// <summary>Heads of the ViT, or of the attention pooling (published models: width / 64, or width · 32 / 64).</summary>
    public required int VisionHeads { get; init; }

    public required int ContextLength { get; init; }
    public required int VocabularySize { get; init; }
    public required int TextWidth { get; init; }
    public required int TextHeads { get; init; }
    public required int TextLayers { get; init; }

    /// <summary>For people: "CLIP ViT-B/32" and its sizes.</summary>
    public string Name
    {
        get
        {
            var tower = (VisionPatchSize, VisionWidth, VisionLayers) switch
            {
                ({ } patch, 768, [12]) => $"ViT-B/{patch}",
                ({ } patch, 1024, [24]) => $"ViT-L/{patch}",
                ({ } patch, _, _) => $"ViT of width {VisionWidth}, {VisionLayers[0]} layers, patch {patch}",
                (null, 64, [3, 4, 6, 3]) => "RN50",
                (null, 64, [3, 4, 23, 3]) => "RN101",
                (null, 80, [4, 6, 10, 6]) => "RN50x4",
                _ => $"ModifiedResNet of width {VisionWidth}, {string.Join(", ", VisionLayers)} blocks",
            };
            return $"CLIP {tower} (input {ImageResolution}, embedding {EmbeddingSize}, text width {TextWidth}, {TextLayers} text layers)";
        }
    }

    /// <exception cref="ExperimentException">No model has such sizes; names the first that is wrong.</exception>
    public void RequirePossible(string source)
    {
        var sizes = new (string Name, int Value)[]
        {
            ("embedding size", EmbeddingSize), ("image resolution", ImageResolution), ("vision width", VisionWidth), ("vision patch size", VisionPatchSize ?? 1), ("number of vision heads", VisionHeads),
            ("context length", ContextLength), ("vocabulary size", VocabularySize), ("text width", TextWidth), ("number of text heads", TextHeads), ("number of text layers", TextLayers), ("number of vision layers", VisionLayers.Min()),
        };
        foreach (var (name, value) in sizes)
            if (value < 1) throw new ExperimentException($"{source}: the {name} would be {value}: not the weights of a CLIP");
        if (TextWidth % TextHeads != 0 || VisionPatchSize is not null && VisionWidth % VisionHeads != 0)
            throw new ExperimentException($"{source}: widths of {TextWidth} (text) and {VisionWidth} (vision) cannot be divided into {TextHeads} and {VisionHeads} attention heads; is config.json of other weights?");
    }

    /// <summary>Reads the sizes off the shapes of a state dictionary with OpenAI's names, as clip.model.build_model does.</summary>
    /// <param name="source">Where the weights come from, for the message.</param>
    /// <exception cref="ExperimentException">They are not those of a CLIP.</exception>
    public static ClipArchitecture FromWeights(IReadOnlyDictionary<string, StoredTensor> weights, string source)
    {
        int Size(string key, int dimension) => weights.TryGetValue(key, out var tensor) && tensor.Shape.Count > dimension
            ? (int)tensor.Shape[dimension]
            : throw new ExperimentException($"{source}: there is no '{key}' as a CLIP has it: not the weights of a CLIP");
        int Count(string prefix, int part) => weights.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key.Split('.')[part]).Distinct().Count();

        var vit = weights.ContainsKey("visual.proj");
        var visionWidth = vit ? Size("visual.conv1.weight", 0) : Size("visual.layer1.0.conv1.weight", 0);
        var grid = (int)Math.Round(Math.Sqrt(Size(vit ? "visual.positional_embedding" : "visual.attnpool.positional_embedding", 0) - 1));
        var textWidth = Size("ln_final.weight", 0);
        return new ClipArchitecture
        {
            EmbeddingSize = Size("text_projection", 1),
            ImageResolution = vit ? grid * Size("visual.conv1.weight", 3) : grid * 32,
            VisionLayers = vit ? [Count("visual.transformer.resblocks.", 3)] : [.. Enumerable.Range(1, 4).Select(stage => Count($"visual.layer{stage}.", 2))],
            VisionWidth = visionWidth,
            VisionPatchSize = vit ? Size("visual.conv1.weight", 3) : null,
            VisionHeads = vit ? visionWidth / 64 : visionWidth * 32 / 64,
            ContextLength = Size("positional_embedding", 0),
            VocabularySize = Size("token_embedding.weight", 0),
            TextWidth = textWidth,
            TextHeads = textWidth / 64,
            TextLayers = Count("transformer.resblocks.", 2),
        };
    }
}
