using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Pole.Zoo.Clip;

/// <summary>
/// The words of a cleaned, lower-cased text: <c>&lt;|startoftext|&gt;|&lt;|endoftext|&gt;|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+</c>
/// (openai/CLIP, clip/simple_tokenizer.py). A regular expression of .NET sees two surrogates where that of Python sees one letter or
/// number outside the basic multilingual plane, so that code points are looked at here.
/// </summary>
internal sealed class ClipWords : PreTokenizer
{
    public const string Start = "<|startoftext|>", End = "<|endoftext|>";

    /// <summary>In the order of the pattern; it ignores case, so that the long s is an s.</summary>
    private static readonly string[] Fixed = [Start, End, "'s", "'ſ", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    public static ClipWords Instance { get; } = new();

    public static IEnumerable<string> Of(string text) => Instance.PreTokenize(text).Select(word => text.Substring(word.Offset, word.Length));

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        var index = 0;
        while (index < text.Length)
        {
            var length = Array.Find(Fixed, word => string.CompareOrdinal(text, index, word, 0, word.Length) == 0)?.Length ?? 0;
            if (length == 0)
            {
                var kind = At(text, index, out length);
                if (kind == Kind.Space)
                {
                    index += length;
                    continue;
                }

                // A number is a word of its own, letters and other characters go on.
                while (kind != Kind.Number && index + length < text.Length && At(text, index + length, out var next) == kind) length += next;
            }

            yield return (index, length);
            index += length;
        }
    }

    private static Kind At(string text, int index, out int length)
    {
        Rune.DecodeFromUtf16(text.AsSpan(index), out var rune, out length);
        if (Rune.IsWhiteSpace(rune)) return Kind.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }
}
