using System.Text.RegularExpressions;

namespace Pole.Zoo.Clip;

/// <summary>
/// Which juxtapositions of characters hardly anyone writes, and which may be UTF-8 read in a single-byte encoding: the rules of
/// ftfy 6.3.1 (rspeer/python-ftfy, ftfy/badness.py and ftfy/chardata.py), in classes of characters.
/// </summary>
internal static partial class MojibakeClues
{
    private const string Common = "\u00a0\u00ad·´–—―…’", Control = "\u0080-\u009f", Rare = "¦¤¨¬¯¸ƒˆˇ˘˛˜†‡‰⌐◊\ufffdªº", Law = "¶§", Currency = "¢£¥₧€";
    private const string Opening = "¡«¿©΄΅‘‚“„•‹\uf8ff", Closing = "®»˝”›™", Numeric = "²³¹±¼½¾×µ÷⁄∂∆∏∑√∞∩∫≈≠≡≤≥№", Faces = "Ò-ÖÙ-Üò-öø-üŐŌŪŲ°", Box = "│┌┐┘├┤┬┼═-╬▀▄█▌▐░▒▓";
    private const string UpperAccented = "À-ÑØÜÝĂĀĄĆČĎĐĘĚĒĖĞĢİĪĶĹĽŁĻŃŇŅŒŘŚŞŠŢŤŮŰŸŹŻŽҐ", LowerAccented = "ßà-ñăąāćčďđęěēėğģįīķĺľłļœŕśşšťüźżžґﬁﬂ";
    private const string UpperCommon = "ÞΑ-ΩΆΈΉΊΌΎΏΪΫЁ-Я", LowerCommon = "α-ωάέήίΰа-џ";
    private const string Accented = LowerAccented + UpperAccented, Symbols = Box + Opening + Closing + Currency + Numeric + Law;
    private const string Arabic = "[ØÙ][" + Common + Currency + Rare + Numeric + Opening + "ŸŠ®°µ»]";
    private const string CyrillicSecond = Control + Rare + Opening + Closing + Currency + "°µ", GreekSecond = Control + Rare + Opening + Closing + Currency + "°";

    private const string Unlikely =
        "[" + Control + "]"
        + "|[" + Rare + Accented + Symbols + "][" + Rare + "]"
        + "|[a-zA-Z][" + LowerCommon + UpperCommon + "][" + Rare + "]"
        + "|[" + Rare + "][" + Accented + Symbols + "]"
        + "|[" + LowerAccented + LowerCommon + Box + Closing + Currency + Numeric + "][" + UpperAccented + "]"
        + "|[" + Box + Closing + Currency + Numeric + "][" + LowerAccented + "]"
        + "|[" + LowerAccented + Box + Closing + "][" + Currency + "]"
        + @"|\s[" + UpperAccented + "][" + Currency + "]"
        + "|[" + UpperAccented + Box + "][" + Numeric + Law + "]"
        + "|[" + Accented + Box + Currency + Closing + "][" + Opening + "][" + Numeric + "]"
        + "|[" + Accented + Currency + Numeric + Box + Law + "][" + Closing + "][" + Opening + "]"
        + "|[" + Currency + Numeric + Box + "][" + Opening + "]"
        + "|[a-z][" + UpperAccented + "][" + Opening + Currency + "]"
        + "|[" + Box + "][" + Faces + "]"
        + "|[" + Accented + Currency + Numeric + Opening + Closing + Law + "][" + Box + "]"
        + "|[" + Box + "][" + Closing + "]"
        + "|[" + Accented + "][" + Opening + Closing + @"][\p{L}\p{N}_]"
        // œ is a letter of words, before a plain one; a degree sign follows a digit.
        + "|[Œœ][^A-Za-z]|[" + UpperAccented + "]°"
        // Windows-1252: two characters; ¹ and ² after a cross; two Arabic letters; South Asian scripts; à, á and the no-break space.
        + "|[ÂÃÎÐ][€œŠš¢£Ÿž\u00a0\u00ad®©°·»" + Opening + Closing + "–—´]"
        + "|×[²³]|" + Arabic + Arabic + "|à[²µ¹¼½¾]"
        + "|Ã[\u00a0¡]|[a-z]\\s?[ÃÂ][ ]|^[ÃÂ][ ]|[a-z.,?!" + Closing + "]Â[ " + Opening + Closing + "]"
        // MacRoman.
        + "|√[±∂†≠®™´≤≥¥µø]|≈[°¢]|‚Ä[ìîïòôúùû†°¢π]|‚[âó][àä°ê]"
        // Windows-1251, 1253 and 1257: punctuation above U+2000, and three characters of the alphabets themselves.
        + "|вЂ|[ВГРС][" + CyrillicSecond + "][ВГРС]|ГўВЂВ.[A-Za-z ]"
        + "|β€[™\u00a0Ά\u00ad®°]|[ΒΓΞΟ][" + GreekSecond + "][ΒΓΞΟ]"
        + "|ā€";

    /// <summary>Punctuation that also stands in text as it should be; a sequence of UTF-8 may follow it.</summary>
    private const string Punctuation = "–—―‘’‚“”„•…";

    /// <summary>Of the lead bytes F0…F3, those that begin what people write: emoji and old scripts, and the tags of flags.</summary>
    private static readonly char[] LeadsOfFour = ['\u00f0', '\u00f3'];

    private static readonly Regex Sequences = BuildSequences();

    /// <summary>At least one juxtaposition hardly anyone writes.</summary>
    public static bool IsUnlikely(string text) => UnlikelyPair().IsMatch(text);

    /// <summary>Replaces runs of what may be UTF-8 read in some single-byte encoding of Windows; a space may stand for byte A0.</summary>
    public static string ReplaceSequences(string text, Func<string, string> replace) => Sequences.Replace(text, match => replace(match.Value));

    private static Regex BuildSequences()
    {
        var windows = SingleByteEncoding.All.Take(7).ToList();
        string Class(IEnumerable<int> codes) => string.Concat(codes.SelectMany(code => windows.Select(encoding => encoding.Decode((char)code))).Distinct().Order().Select(character => $"\\u{(int)character:x4}"));
        var continuation = Class(Enumerable.Range(0x80, 0x40));
        var strict = string.Concat(continuation.Split("\\u", StringSplitOptions.RemoveEmptyEntries).Where(code => !Punctuation.Contains((char)Convert.ToInt32(code, 16), StringComparison.Ordinal)).Select(code => $"\\u{code}"));
        return new Regex($"(?<![{strict}])(?:[{Class(Enumerable.Range(0xc2, 0x1e))}][ {continuation}]|[{Class(Enumerable.Range(0xe0, 0x10))}][ {continuation}]{{2}}|[{Class(LeadsOfFour.Select(lead => (int)lead))}][ {continuation}]{{3}})+", RegexOptions.CultureInvariant);
    }

    [GeneratedRegex(Unlikely, RegexOptions.CultureInvariant)]
    private static partial Regex UnlikelyPair();
}
