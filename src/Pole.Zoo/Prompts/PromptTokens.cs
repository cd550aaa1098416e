using static TorchSharp.torch;

namespace Pole.Zoo.Prompts;

/// <summary>Texts as rows of token ids.</summary>
internal static class PromptTokens
{
    /// <returns>int64 <c>[texts, L]</c>.</returns>
    public static Tensor Encode(ClipModel clip, IReadOnlyList<string> texts, Device device) =>
        tensor(texts.SelectMany(clip.Tokenizer.Encode).ToArray(), [texts.Count, clip.Tokenizer.ContextLength], device: device);

    /// <summary>Number of tokens of a text, without start and end.</summary>
    public static int Count(ClipModel clip, string text)
    {
        var row = clip.Tokenizer.Encode(text);
        return Array.IndexOf(row, row.Max()) - 1;
    }
}
