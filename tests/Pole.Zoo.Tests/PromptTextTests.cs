using System.Text;
using Pole.Zoo.Clip;

namespace Pole.Zoo.Tests;

public sealed class PromptTextTests
{
    private static IEnumerable<int> LeadBytes => Enumerable.Range(0xc2, 0xf4 - 0xc2 + 1);

    /// <summary>Expectations of ftfy 6.3.1 (rspeer/python-ftfy at 74dd045), html.unescape twice and white space collapsed.</summary>
    [TestCase("voil\u00c3\u00a0 le chat", "voil\u00e0 le chat")]
    [TestCase("voil\u00c3 le chat", "voil\u00e0 le chat")]
    [TestCase("\u00c3 la carte", "\u00e0 la carte")]
    [TestCase("\u00c3 s vezes", "\u00e0s vezes")]
    [TestCase("\u00c3 quele", "\u00e0quele")]
    [TestCase("f\u00c3 cil", "f\u00e0 cil")]
    [TestCase("na\u00c3\u00afve caf\u00c3\u00a9\u00a0noir", "na\u00efve caf\u00e9 noir")]
    [TestCase("\u65e5\u672c \u00c3\u00a0", "\u65e5\u672c \u00e0")]
    [TestCase("\u00d0 \u00d1\u0192\u00d1\u00d1\u00d0\u00ba\u00d0\u00b8\u00d0\u00b9", "\u0420\u0443\u00d1\u00d1\u043a\u0438\u0439")]
    [TestCase("\u00e2\u20ac\u0153quoted\u00e2\u20ac\ufffd", "\"quoted\ufffd")]
    [TestCase("\u00e2\u20ac\u0153quoted\u00e2\u20ac\u009d", "\"quoted\"")]
    [TestCase("\u00c3\u00a9 \u65e5\u672c \u00c3\u00a8", "\u00e9 \u65e5\u672c \u00e8")]
    [TestCase("r\u00c3?sum\u00c3\u00a9", "r\ufffdsum\u00e9")]
    [TestCase("10\u00c2\u00b0C", "10\u00b0C")]
    [TestCase("\u00ef\u00ac\u0081ne", "fine")]
    [TestCase("\u00f0\u0178\u0098\u0080", "\U0001f600")]
    [TestCase("\u00f0\u00a0\u0153\u017d", "\U0002070e")]
    [TestCase("\u00f0 \u0153\u017d", "\U0002070e")]
    [TestCase("\u00c3\u0192\u00a0", "\u00e0")]
    [TestCase("\u00c3\u0192\u00c2\u00a9t\u00c3\u0192\u00c2\u00a9", "\u00e9t\u00e9")]
    [TestCase("\u00ed\u00a0\u00bd\u00ed\u00b8\u0080", "\U0001f600")]
    [TestCase("\u00c5ngstr\u00f6m \u00ac \u00c5", "\u00c5ngstr\u00f6m \u00ac \u00c5")]
    [TestCase("S\u00e3o Paulo", "S\u00e3o Paulo")]
    [TestCase("\u00c5 koda", "\u00c5 koda")]
    [TestCase("\u00d0\u0161\u00d0\u00be\u00d1\u201a", "\u041a\u043e\u0442")]
    [TestCase("\u0420\u0454\u0420\u0455\u0421\u201a", "\u0420\u0454\u0420\u0455\u0421'")]
    [TestCase("\u221a\u00a9t\u221a\u00a9", "\u00e9t\u00e9")]
    [TestCase("\u0152\u00ef\u0152\u00aa\u0152\u00aa \u221a\u00a9", "\u0395\u03bb\u03bb \u00e9")]
    [TestCase("&ATILDE;&copy;", "\u00e9")]
    [TestCase("P&EACUTE;REZ", "P\u00c9REZ")]
    [TestCase("BUNDESSTRA&SZLIG;E", "BUNDESSTRASSE")]
    [TestCase("it\u0085", "it\u2026")]
    [TestCase("a\u0080b", "a\u20acb")]
    [TestCase("\uffe1 \uffe3", "\u00a3 \u0304")]
    [TestCase("<b>&eacute;\u000a&eacute;", "<b>\u00e9 \u00e9")]
    public void A_text_is_cleaned_as_ftfy_does(string text, string expected) => Assert.That(PromptText.Clean(text), Is.EqualTo(expected));

    [TestCaseSource(nameof(LeadBytes))]
    public void UTF_8_read_as_Latin_1_or_Windows_1252_is_read_again(int lead)
    {
        var wrong = new List<string>();
        foreach (var sequence in Sequences((byte)lead))
        foreach (var encoding in new[] { SingleByteEncoding.Latin1, SingleByteEncoding.Windows1252 })
        {
            // é on both sides makes the whole text unlikely, whatever stands between.
            var text = $"\u00e9t{Encoding.UTF8.GetString(sequence)}t\u00e9";
            if (PromptText.Clean(Read(text, encoding)) != PromptText.Clean(text)) wrong.Add(Convert.ToHexString(sequence));
        }

        Assert.That(wrong, Is.Empty);
    }

    /// <summary>ftfy/chardata.py, ALTERED_UTF8_RE: where a space is likely to have been byte A0.</summary>
    [TestCaseSource(nameof(LeadBytes))]
    public void A_space_in_place_of_byte_A0_is_read_as_that_byte_after_likely_leads_only(int lead)
    {
        var wrong = new List<string>();
        foreach (var sequence in Sequences((byte)lead).Where(sequence => sequence.Count(code => code == 0xa0) == 1))
        {
            var text = $"\u00e9t{Encoding.UTF8.GetString(sequence)}t\u00e9";
            var spaced = Read(text, SingleByteEncoding.Windows1252).Replace('\u00a0', ' ');
            var isRestored = (sequence.Length, Array.IndexOf(sequence, (byte)0xa0)) switch
            {
                (2, _) => lead is 0xc2 or 0xc3 or 0xc5 or 0xce or 0xd0 or 0xd9,
                (3, 1) => lead is 0xe2 or 0xe3 && sequence[2] != 0x85,
                (3, _) => lead is >= 0xe0 and <= 0xe3 && sequence[1] != 0x85,
                _ => lead == 0xf0,
            };
            if (PromptText.Clean(spaced) == PromptText.Clean(text) != isRestored) wrong.Add(Convert.ToHexString(sequence));
        }

        // "\u00c3 t" is à and a space: as a word of its own is the likelier reading.
        Assert.That(wrong, lead == 0xc3 ? Is.EqualTo(new[] { "C3A0" }) : Is.Empty);
    }

    [Test]
    public void A_sigma_after_a_letter_outside_the_basic_plane_is_final() => Assert.That(PromptText.LowerCase("\U0001d400\u03a3 \u03a3"), Is.EqualTo("\U0001d400\u03c2 \u03c3"));

    /// <summary>A lead byte with each second byte, and with each last one.</summary>
    private static IEnumerable<byte[]> Sequences(byte lead)
    {
        var length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        var codes = new SortedSet<int>();
        foreach (var one in Enumerable.Range(0x80, 0x40))
        foreach (var other in new[] { 0x80, 0x85, 0x9d, 0xa0, 0xbf })
        foreach (var sequence in new[] { new[] { one, other, other }, [other, one, other], [other, other, one] })
            codes.Add((sequence[0] << 16) | (length > 2 ? sequence[1] << 8 : 0) | (length > 3 ? sequence[2] : 0));
        foreach (var code in codes)
        {
            byte[] sequence = [.. new[] { lead, (byte)(code >> 16), (byte)(code >> 8), (byte)code }.Take(length)];
            // Overlong forms, surrogates and what lies above U+10FFFF are no UTF-8.
            if (Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(sequence)).SequenceEqual(sequence)) yield return sequence;
        }
    }

    private static string Read(string text, SingleByteEncoding encoding) => string.Concat(Encoding.UTF8.GetBytes(text).Select(code => encoding.Decode((char)code)));
}
