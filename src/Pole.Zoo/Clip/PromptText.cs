using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html;

namespace Pole.Zoo.Clip;

/// <summary>
/// What CLIP's tokenizer does to a text before it looks at words (openai/CLIP, clip/simple_tokenizer.py: ftfy.fix_text, html.unescape
/// twice, white space collapsed, lower case). Of ftfy (rspeer/python-ftfy) it repeats what stands in prompts and captions: quotes,
/// ligatures, widths, line breaks, control characters, composition, and UTF-8 read in a single-byte encoding (<see cref="Mojibake"/>).
/// </summary>
public static partial class PromptText
{
    private const int MostPasses = 8;

    /// <summary>Katakana and punctuation for the half-width U+FF61…U+FF9F, in their order.</summary>
    private const string HalfWidth = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A";

    private static readonly bool WithoutIcu = "e\u0301".Normalize(NormalizationForm.FormC).Length > 1;

    private static readonly Dictionary<char, string> Ligatures = new()
    {
        ['Ĳ'] = "IJ", ['ĳ'] = "ij", ['ŉ'] = "ʼn", ['Ǆ'] = "DŽ", ['ǅ'] = "Dž", ['ǆ'] = "dž", ['Ǉ'] = "LJ", ['ǈ'] = "Lj", ['ǉ'] = "lj", ['Ǌ'] = "NJ", ['ǋ'] = "Nj", ['ǌ'] = "nj",
        ['Ǳ'] = "DZ", ['ǲ'] = "Dz", ['ǳ'] = "dz", ['ﬀ'] = "ff", ['ﬁ'] = "fi", ['ﬂ'] = "fl", ['ﬃ'] = "ffi", ['ﬄ'] = "ffl", ['ﬅ'] = "ſt", ['ﬆ'] = "st",
    };

    /// <exception cref="ExperimentException">The text has combining marks and the process runs without ICU, which composes them.</exception>
    public static string Clean(string text)
    {
        // Plain prompts, which are nearly all, have nothing to repair.
        var repaired = text.All(char.IsAscii) && !text.Contains('&', StringComparison.Ordinal) && !text.Any(char.IsControl) ? text : UnescapeHtml(UnescapeHtml(Repair(text)));
        return WhiteSpace().Replace(repaired, " ").Trim();
    }

    /// <summary>Python's str.lower: with the final form of sigma and the two characters of İ, which .NET's invariant rules leave out.</summary>
    public static string LowerCase(string text)
    {
        if (!text.AsSpan().ContainsAny('Σ', 'İ')) return text.ToLowerInvariant();
        var lower = new StringBuilder();
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == 'İ') lower.Append("i\u0307");
            else if (text[index] == 'Σ') lower.Append(IsFinal(text, index) ? 'ς' : 'σ');
            else lower.Append(char.IsSurrogate(text[index]) ? text[index].ToString() : text[index].ToString().ToLowerInvariant());
        }

        return lower.ToString().ToLowerInvariant();
    }

    /// <summary>
    /// Python's html.unescape (HTML 5, section 13.2.5.73): an entity without semicolon may be the beginning of a word.
    /// </summary>
    public static string UnescapeHtml(string text) => Reference().Replace(text, match =>
    {
        var name = match.Groups[1].Value;
        if (name[0] == '#') return Number(name);
        if (HtmlEntityProvider.Resolver.GetSymbol(name) is { } whole) return whole;
        for (var length = name.Length - 1; length > 1; length--)
            if (HtmlEntityProvider.Resolver.GetSymbol(name[..length]) is { } symbol) return symbol + name[length..];
        return match.Value;
    });

    private static string Repair(string text)
    {
        // Lines on their own, as ftfy has them; the first < means that entities are meant to be there, from there on.
        var (repaired, keepsEntities) = (new StringBuilder(), false);
        foreach (var line in Line().Matches(text).Select(match => match.Value))
        {
            keepsEntities |= line.Contains('<', StringComparison.Ordinal);
            repaired.Append(RepairLine(line, keepsEntities));
        }

        return repaired.ToString();
    }

    private static string RepairLine(string text, bool keepsEntities)
    {
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var before = text;
            if (!keepsEntities) text = Entity().Replace(text, match => UnescapeWhole(match.Value));
            text = Mojibake.ReplaceControls(Mojibake.Repair(text));
            text = string.Concat(text.Select(character => Ligatures.GetValueOrDefault(character) ?? character.ToString()));
            text = string.Concat(text.Select(Character));
            text = LineBreak().Replace(text, "\n");
            text = TerminalEscape().Replace(LoneSurrogate().Replace(text, "\ufffd"), "");
            text = Compose(ControlCharacter().Replace(text, ""));
            if (text == before) break;
        }

        return text;
    }

    /// <summary>ftfy's unescape_html: a reference with its semicolon, and the name of a letter written in capitals.</summary>
    private static string UnescapeWhole(string reference)
    {
        if (reference[1] == '#') return UnescapeHtml(reference) is var number && number.Contains(';', StringComparison.Ordinal) ? reference : number;
        var name = reference[1..];
        if (HtmlEntityProvider.Resolver.GetSymbol(name) is { } symbol) return symbol;
        return name.Any(char.IsAsciiLetterLower) || UnescapeHtml(reference) != reference ? reference : HtmlEntityProvider.Resolver.GetSymbol(name.ToLowerInvariant())?.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal) ?? reference;
    }

    private static string Character(char character) => character switch
    {
        >= '\u2018' and <= '\u201b' or '\u02bc' => "'",
        >= '\u201c' and <= '\u201f' => "\"",
        >= '\uff01' and <= '\uff5e' => ((char)(character - 0xfee0)).ToString(),
        >= '\uff61' and <= '\uff9f' => HalfWidth[character - 0xff61].ToString(),
        '\u3000' => " ",
        >= '\uff5f' and <= '\uffef' when !WithoutIcu => character.ToString().Normalize(NormalizationForm.FormKC),
        _ => character.ToString(),
    };

    private static string Compose(string text)
    {
        // Without ICU, .NET returns what it is given.
        if (WithoutIcu && text.Any(character => char.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark))
            throw new ExperimentException($"\"{text}\" has combining marks, which are composed by ICU; this process runs without it: install libicu and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT");
        // .NET refuses the noncharacter U+FFFE, which composes with nothing.
        return string.Join('\ufffe', text.Split('\ufffe').Select(part => part.Normalize(NormalizationForm.FormC)));
    }

    private static string Number(string name)
    {
        var digits = name.TrimEnd(';')[1..];
        var hexadecimal = digits[0] is 'x' or 'X';
        if (!int.TryParse(hexadecimal ? digits[1..] : digits, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var code)) return "\ufffd";
        if (code is >= 0x80 and <= 0x9f) return SingleByteEncoding.Windows1252.Decode((char)code).ToString();
        return code is 0 or > 0x10ffff or (>= 0xd800 and <= 0xdfff) ? "\ufffd" : code is < 32 and not ('\t' or '\n' or '\f' or '\r') or 0x7f ? "" : char.ConvertFromUtf32(code);
    }

    /// <summary>Unicode's Final_Sigma (section 3.13): a cased letter before it and none after it, marks left out.</summary>
    private static bool IsFinal(string text, int index) =>
        text[..index].EnumerateRunes().Reverse().SkipWhile(IsMark).Take(1).Any(IsCased) && !text[(index + 1)..].EnumerateRunes().SkipWhile(IsMark).Take(1).Any(IsCased);

    private static bool IsCased(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol || rune.Value is '\'' or '.' or ':' or '\u00b7';

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)")]
    private static partial Regex Reference();

    [GeneratedRegex("&#?[0-9A-Za-z]{1,24};")]
    private static partial Regex Entity();

    [GeneratedRegex(@"[^\n]*\n|[^\n]+")]
    private static partial Regex Line();

    [GeneratedRegex(@"[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]")]
    private static partial Regex LoneSurrogate();

    [GeneratedRegex(@"\x1b\[(?:\d|;)*[a-zA-Z]")]
    private static partial Regex TerminalEscape();

    [GeneratedRegex(@"\r\n|[\r\u2028\u2029\u0085]")]
    private static partial Regex LineBreak();

    [GeneratedRegex(@"[\x00-\x08\x0b\x0e-\x1f\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]")]
    private static partial Regex ControlCharacter();
}
