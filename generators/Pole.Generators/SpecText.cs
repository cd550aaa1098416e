using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Pole.Generators;

/// <summary>The text of a spec as the compiler decoded it.</summary>
internal static class SpecText
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Why the text is not the file's, or null. Bytes that are not UTF-8 are read in the machine's code page, where there is one, and as U+FFFD elsewhere, which <see cref="YamlReader"/> reports.</summary>
    public static SpecDiagnostic? EncodingFault(string path, SourceText text)
    {
        if (text.Encoding is not { } encoding || encoding.CodePage == Utf8.CodePage) return null;
        if (encoding is UnicodeEncoding or UTF32Encoding) return new SpecDiagnostic(SpecRules.YamlSyntax, SourceSpan.StartOf(path), $"the file is not UTF-8 but {encoding.WebName.ToUpperInvariant()}; save it as UTF-8");
        var bytes = encoding.GetBytes(text.ToString());
        if (FirstInvalid(bytes) is not { } index) return null;
        var before = Utf8.GetString(bytes, 0, index);
        return new SpecDiagnostic(SpecRules.YamlSyntax, UnreadableCharacter.SpanOf(path, before, before.Length), $"the file is not UTF-8: the byte 0x{bytes[index]:X2} stands here; save the file as UTF-8");
    }

    private static int? FirstInvalid(byte[] bytes)
    {
        try
        {
            Utf8.GetCharCount(bytes);
            return null;
        }
        catch (DecoderFallbackException exception)
        {
            return exception.Index;
        }
    }
}
