using static TorchSharp.torch;

namespace Pole.Zoo.Prompts;

/// <summary>Embeds names in a prompt template.</summary>
public static class PromptEncoder
{
    /// <summary>Prompts that the text tower reads at once: enough for its products, and memory does not grow with classes and names.</summary>
    private const int Batch = 64;

    /// <summary>CLIP embeddings, without gradient, of the template filled with each name.</summary>
    /// <returns><c>[names, D]</c>.</returns>
    public static Tensor Encode(ClipModel clip, string template, IReadOnlyList<string> names, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return cat([.. names.Chunk(Batch).Select(part => EncodeBatch(clip, [.. part.Select(name => template.Replace("{}", name, StringComparison.Ordinal))], device))], 0).MoveToOuterDisposeScope();
    }

    private static Tensor EncodeBatch(ClipModel clip, IReadOnlyList<string> prompts, Device device)
    {
        using var scope = NewDisposeScope();
        return clip.EncodeText(PromptTokens.Encode(clip, prompts, device)).MoveToOuterDisposeScope();
    }
}
