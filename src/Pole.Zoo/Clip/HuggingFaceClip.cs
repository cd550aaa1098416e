using System.Text.Json;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Zoo.Clip;

/// <summary>
/// CLIP as Hugging Face publishes it (transformers, CLIPModel): other names, projections transposed, and queries, keys and values
/// of an attention apart. Its <c>config.json</c> gives the numbers of heads, which no shape shows.
/// </summary>
internal static class HuggingFaceClip
{
    private const string Config = "config.json";
    private const string TokenEmbedding = "text_model.embeddings.token_embedding.weight";
    private const string QuickGelu = "quick_gelu";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["logit_scale"] = "logit_scale",
        [TokenEmbedding] = "token_embedding.weight",
        ["text_model.embeddings.position_embedding.weight"] = "positional_embedding",
        ["text_model.final_layer_norm.weight"] = "ln_final.weight",
        ["text_model.final_layer_norm.bias"] = "ln_final.bias",
        ["vision_model.embeddings.class_embedding"] = "visual.class_embedding",
        ["vision_model.embeddings.patch_embedding.weight"] = "visual.conv1.weight",
        ["vision_model.embeddings.position_embedding.weight"] = "visual.positional_embedding",
        // The misspelling is theirs.
        ["vision_model.pre_layrnorm.weight"] = "visual.ln_pre.weight",
        ["vision_model.pre_layrnorm.bias"] = "visual.ln_pre.bias",
        ["vision_model.post_layernorm.weight"] = "visual.ln_post.weight",
        ["vision_model.post_layernorm.bias"] = "visual.ln_post.bias",
    };

    private static readonly (string Theirs, string Ours)[] LayerParts =
        [("self_attn.out_proj", "attn.out_proj"), ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"), ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj")];

    public static bool Has(IReadOnlyDictionary<string, StoredTensor> weights) => weights.ContainsKey(TokenEmbedding);

    /// <exception cref="ExperimentException">config.json is missing beside the weights or describes another model.</exception>
    public static (ClipArchitecture Architecture, IReadOnlyDictionary<string, StoredTensor> Weights) Describe(WeightFile file)
    {
        var weights = Rename(file.Tensors);
        var architecture = ClipArchitecture.FromWeights(weights, file.Path);
        var path = Path.Combine(Directory.Exists(file.Path) ? file.Path : Path.GetDirectoryName(Path.GetFullPath(file.Path))!, Config);
        var (textHeads, visionHeads) = ReadHeads(path);
        (textHeads, visionHeads) = (textHeads ?? architecture.TextHeads, visionHeads ?? architecture.VisionHeads);
        if (textHeads == 0 || visionHeads == 0) throw new ExperimentException($"{path}: it does not give the number of attention heads of widths {architecture.TextWidth} (text) and {architecture.VisionWidth} (vision); get it again from where the weights are published");
        return (architecture with { TextHeads = textHeads.Value, VisionHeads = visionHeads.Value }, weights);
    }

    /// <summary>From vocab.json and merges.txt, or from tokenizer.json.</summary>
    public static ClipTokenizer ReadTokenizer(string folder) => TokenizerFiles(folder) is [var vocabulary, var merges] ? ClipTokenizer.Read(vocabulary, merges) : ClipTokenizer.ReadTokenizerJson(TokenizerFiles(folder)[0]);

    /// <summary>Every file of a folder that a model is read from.</summary>
    /// <exception cref="ExperimentException">The folder has no weights or no tokenizer.</exception>
    public static IReadOnlyList<string> FilesOf(string folder)
    {
        using var weights = WeightFile.Open(folder);
        return [Path.Combine(folder, Config), .. weights.Kind == WeightFileKind.SafetensorsFolder ? SafetensorsIndex.IndexOf(folder) : [], .. weights.Files, .. TokenizerFiles(folder)];
    }

    private static IReadOnlyList<string> TokenizerFiles(string folder)
    {
        var (vocabulary, merges, whole) = (Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"), Path.Combine(folder, "tokenizer.json"));
        return File.Exists(vocabulary) && File.Exists(merges) ? [vocabulary, merges]
            : File.Exists(whole) ? [whole]
            : throw new ExperimentException($"{folder} has no tokenizer: put vocab.json and merges.txt, or tokenizer.json, beside the weights");
    }

    private static (int? Text, int? Vision) ReadHeads(string path)
    {
        if (!File.Exists(path)) throw new ExperimentException($"{path} does not exist: it belongs to the weights and gives the number of attention heads");
        return InputFile.Read(path, "the configuration of a CLIP", "get it again from where the weights are published", () =>
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return (Heads(document.RootElement, "text_config", path), Heads(document.RootElement, "vision_config", path));
        });
    }

    private static int? Heads(JsonElement root, string tower, string path)
    {
        if (!root.TryGetProperty(tower, out var config)) return null;
        if (config.TryGetProperty("hidden_act", out var activation) && activation.GetString() != QuickGelu)
            throw new ExperimentException($"{path}: {tower} has the activation {activation}; only OpenAI's {QuickGelu} is supported");
        if (!config.TryGetProperty("num_attention_heads", out var heads)) return null;
        return heads.GetInt32() is > 0 and var number ? number : throw new InvalidDataException($"{tower} has {heads} attention heads");
    }

    private static Dictionary<string, StoredTensor> Rename(IReadOnlyDictionary<string, StoredTensor> theirs)
    {
        var ours = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (key, tensor) in theirs)
        {
            if (Names.TryGetValue(key, out var name)) ours[name] = tensor;
            else if (key == "text_projection.weight") ours["text_projection"] = Transposed(tensor);
            else if (key == "visual_projection.weight") ours["visual.proj"] = Transposed(tensor);
            else if (Layer(key) is not var (prefix, part)) ours[key] = tensor;
            else if (part == "self_attn.q_proj.weight") ours[$"{prefix}attn.in_proj_weight"] = Joined(theirs, key, "weight");
            else if (part == "self_attn.q_proj.bias") ours[$"{prefix}attn.in_proj_bias"] = Joined(theirs, key, "bias");
            else if (part.StartsWith("self_attn.k_proj.", StringComparison.Ordinal) || part.StartsWith("self_attn.v_proj.", StringComparison.Ordinal)) continue;
            else ours[prefix + Part(part)] = tensor;
        }

        // Positions 0, 1, 2… that older files list as buffers.
        foreach (var key in ours.Keys.Where(key => key.EndsWith(".position_ids", StringComparison.Ordinal)).ToList()) ours.Remove(key);
        return ours;
    }

    /// <summary><c>text_model.encoder.layers.3.mlp.fc1.bias</c> → <c>transformer.resblocks.3.</c> and <c>mlp.fc1.bias</c>.</summary>
    private static (string Prefix, string Part)? Layer(string key)
    {
        foreach (var (theirs, ours) in new[] { ("text_model.encoder.layers.", "transformer.resblocks."), ("vision_model.encoder.layers.", "visual.transformer.resblocks.") })
        {
            if (!key.StartsWith(theirs, StringComparison.Ordinal)) continue;
            var rest = key[theirs.Length..];
            var dot = rest.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0) return ($"{ours}{rest[..dot]}.", rest[(dot + 1)..]);
        }

        return null;
    }

    private static string Part(string part)
    {
        foreach (var (theirs, ours) in LayerParts)
            if (part.StartsWith(theirs + ".", StringComparison.Ordinal)) return ours + part[theirs.Length..];
        return part;
    }

    private static StoredTensor Transposed(StoredTensor tensor) => new(tensor.Type, [.. tensor.Shape.Reverse()], () =>
    {
        using var value = tensor.Read();
        return value.t().contiguous();
    }) { Name = tensor.Name };

    /// <summary>Queries, keys and values below each other, as torch.nn.MultiheadAttention has them.</summary>
    private static StoredTensor Joined(IReadOnlyDictionary<string, StoredTensor> theirs, string queryKey, string kind)
    {
        var parts = new[] { "q_proj", "k_proj", "v_proj" }.Select(part => queryKey.Replace($"q_proj.{kind}", $"{part}.{kind}", StringComparison.Ordinal))
            .Select(key => theirs.TryGetValue(key, out var tensor) ? tensor : throw new InvalidDataException($"they have '{queryKey}' but no '{key}'")).ToList();
        return new StoredTensor(parts[0].Type, [parts.Sum(part => part.Shape[0]), .. parts[0].Shape.Skip(1)], () =>
        {
            using var scope = NewDisposeScope();
            return cat([.. parts.Select(part => part.Read())], 0).MoveToOuterDisposeScope();
        }) { Name = queryKey.Replace("q_proj", "{q,k,v}_proj", StringComparison.Ordinal) };
    }
}
