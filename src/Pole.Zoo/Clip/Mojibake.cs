using System.Text;
using System.Text.RegularExpressions;

namespace Pole.Zoo.Clip;

/// <summary>
/// UTF-8 that was read in a single-byte encoding is read again, as ftfy.fix_encoding does (rspeer/python-ftfy 6.3.1, ftfy/__init__.py
/// and ftfy/fixes.py): the whole text where it can be, else each run that looks like it. Byte A0, the no-break space, may have become a space.
/// </summary>
internal static partial class Mojibake
{
    private const string ReplacementBytes = "\u00ef\u00bf\u00bd";

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public static string Repair(string text)
    {
        while (true)
        {
            var repaired = RepairOnce(text);
            if (repaired == text) return text;
            text = repaired;
        }
    }

    /// <summary>Characters U+0080…U+009F, which nobody writes, become what Windows-1252 has in their place.</summary>
    public static string ReplaceControls(string text) => ControlCharacter().Replace(text, match => SingleByteEncoding.Windows1252.Decode(match.Value[0]).ToString());

    private static string RepairOnce(string text)
    {
        if (text.All(char.IsAscii) || !MojibakeClues.IsUnlikely(text)) return text;
        foreach (var encoding in SingleByteEncoding.All)
            if (encoding.Encode(text) is { } bytes && Decode(Restore(bytes, encoding)) is { } whole) return whole;
        // Shorter runs alone: the whole text cannot be read.
        var runs = MojibakeClues.ReplaceSequences(text, run => run.Length < text.Length && MojibakeClues.IsUnlikely(run) ? Repair(run) : run);
        return runs != text ? runs : ReplaceControls(text);
    }

    private static string Restore(string bytes, SingleByteEncoding encoding)
    {
        // "Ã " is mostly the word à, and the space after it is kept, but in the Portuguese àquele, àquela, àquilo and às.
        if (encoding.JoinsSpaces && SpacedSequence().IsMatch(bytes))
            bytes = SpacedSequence().Replace(GraveWord().Replace(bytes, "\u00c3\u00a0 "), match => match.Value.Replace(' ', '\u00a0'));
        return encoding.IsSloppy ? LossySequence().Replace(bytes, ReplacementBytes) : bytes;
    }

    private static string? Decode(string bytes)
    {
        // Java's two bytes for U+0000 and CESU-8, a character outside the basic multilingual plane as two surrogates of three bytes each.
        if (bytes.AsSpan().ContainsAny('\u00c0', '\u00ed')) bytes = SurrogatePair().Replace(bytes.Replace("\u00c0\u0080", "\0", StringComparison.Ordinal), match => Join(match.Value));
        try
        {
            return Utf8.GetString(Encoding.Latin1.GetBytes(bytes));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string Join(string bytes)
    {
        var (high, low) = (((bytes[1] & 0x0f) << 6) | (bytes[2] & 0x3f), ((bytes[4] & 0x0f) << 6) | (bytes[5] & 0x3f));
        return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(0x10000 + (high << 10) + low)));
    }

    [GeneratedRegex("[\u0080-\u009f]")]
    private static partial Regex ControlCharacter();

    [GeneratedRegex("\u00c3 (?! |quele|quela|quilo|s )")]
    private static partial Regex GraveWord();

    /// <summary>UTF-8 but for a space in place of byte A0; leads after which that is a likely character only.</summary>
    [GeneratedRegex(@"[\xc2\xc3\xc5\xce\xd0\xd9] |[\xe2\xe3] [\x80-\x84\x86-\x9f\xa1-\xbf]|[\xe0-\xe3][\x80-\x84\x86-\x9f\xa1-\xbf] |\xf0 [\x80-\xbf]{2}|\xf0[\x80-\xbf] [\x80-\xbf]|\xf0[\x80-\xbf]{2} ")]
    private static partial Regex SpacedSequence();

    /// <summary>UTF-8 or CESU-8 whose continuation bytes were lost: 1A, or one question mark.</summary>
    [GeneratedRegex(@"[\xc2-\xdf]\x1a|[\xc2\xc3]\?|\xed[\xa0-\xaf][\x1a?]\xed[\xb0-\xbf][\x1a?\x80-\xbf]|\xed[\xa0-\xaf][\x1a?\x80-\xbf]\xed[\xb0-\xbf][\x1a?]|[\xe0-\xef][\x1a?][\x1a\x80-\xbf]|[\xe0-\xef][\x1a\x80-\xbf][\x1a?]|[\xf0-\xf4][\x1a?][\x1a\x80-\xbf]{2}|[\xf0-\xf4][\x1a\x80-\xbf][\x1a?][\x1a\x80-\xbf]|[\xf0-\xf4][\x1a\x80-\xbf]{2}[\x1a?]|\x1a")]
    private static partial Regex LossySequence();

    [GeneratedRegex(@"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")]
    private static partial Regex SurrogatePair();
}
