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
        var tokens = PromptTokens.Encode(clip, [.. names.Select(name => template.Replace("{}", name, StringComparison.Ordinal))], device);
        return clip.EncodeText(tokens).MoveToOuterDisposeScope();
    }
}
