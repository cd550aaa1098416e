using Pole.Specs.Diagnostics;

namespace Pole.Specs.Yaml;

/// <summary>The first character that YAML does not allow, or that a decoder put where it lost something.</summary>
public static class UnreadableCharacter
{
    private const char Replacement = '\uFFFD', ByteOrderMark = '\uFEFF';

    /// <returns>Null where every character can be read.</returns>
    public static SpecDiagnostic? Find(string path, string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (IsReadable(text, index)) continue;
            return new SpecDiagnostic(SpecRules.YamlSyntax, SpanOf(path, text, index), text[index] == Replacement
                ? "the file is not UTF-8: what stands here cannot be decoded, or was lost before; save the file as UTF-8"
                : $"the character U+{(int)text[index]:X4} cannot stand in YAML; delete it, or save the file as UTF-8 if it is not");
        }

        return null;
    }

    /// <summary>The place of one character, with lines as YAML counts them.</summary>
    public static SourceSpan SpanOf(string path, string text, int index)
    {
        var (line, lineStart) = (0, 0);
        for (var before = 0; before < index; before++)
        {
            if (IsLineEnd(text, before)) (line, lineStart) = (line + 1, before + 1);
        }

        return new SourceSpan(path, index, 1, line, index - lineStart, line, index - lineStart + 1);
    }

    /// <summary>Whether a character is the last of a line's end.</summary>
    public static bool IsLineEnd(string text, int index) => text[index] switch
    {
        '\r' => index + 1 >= text.Length || text[index + 1] != '\n',
        '\n' or '\u0085' or '\u2028' or '\u2029' => true,
        _ => false,
    };

    private static bool IsReadable(string text, int index) => text[index] switch
    {
        '\t' or '\n' or '\r' or '\u0085' => true,
        < ' ' or (>= '\u007F' and < '\u00A0') or Replacement or '\uFFFE' or '\uFFFF' => false,
        ByteOrderMark => index == 0,
        var high when char.IsHighSurrogate(high) => index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]),
        var low when char.IsLowSurrogate(low) => index > 0 && char.IsHighSurrogate(text[index - 1]),
        _ => true,
    };
}
