using static TorchSharp.torch;

namespace Pole.Zoo.Prompts;

/// <summary>Embeds names in a prompt template.</summary>
public static class PromptEncoder
{
    /// <summary>CLIP embeddings, without gradient, of the template filled with each name.</summary>
    /// <returns><c>[names, D]</c>.</returns>
    public static Tensor Encode(ClipModel clip, string template, IReadOnlyList<string> names, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var rows = names.SelectMany(name => clip.Tokenizer.Encode(template.Replace("{}", name, StringComparison.Ordinal))).ToArray();
        var tokens = tensor(rows, device: device).view(names.Count, clip.Tokenizer.ContextLength);
        return clip.EncodeText(tokens).MoveToOuterDisposeScope();
    }
}
