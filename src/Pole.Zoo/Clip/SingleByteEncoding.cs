using System.Text;

namespace Pole.Zoo.Clip;

/// <summary>
/// A single-byte encoding as ftfy has it (rspeer/python-ftfy 6.3.1, ftfy/bad_codecs/sloppy.py): a sloppy one reads unassigned bytes as
/// Latin-1 does, and byte 1A as the replacement character, since what was lost there is unknown. Bytes are the characters below U+0100.
/// </summary>
internal sealed class SingleByteEncoding
{
    private const char Substitute = '\u001a', Replacement = '\ufffd';

    /// <summary>Characters of the private use area that .NET reads unassigned bytes of Windows' code pages as.</summary>
    private const char FirstUnassigned = '\uf8f5', LastUnassigned = '\uf8fe';

    private readonly string upper;
    private readonly Dictionary<char, char> bytes = [];

    private SingleByteEncoding(string upper, bool isSloppy, bool joinsSpaces = true)
    {
        (this.upper, IsSloppy, JoinsSpaces) = (upper, isSloppy, joinsSpaces);
        for (var code = 0; code < 256; code++) bytes[Decode((char)code)] = (char)code;
    }

    /// <summary>In the order in which ftfy tries them.</summary>
    public static IReadOnlyList<SingleByteEncoding> All { get; } =
    [
        Latin1 = new(Upper(28591), isSloppy: false), Windows1252 = new(Upper(1252), isSloppy: true), .. new[] { 1251, 1250, 1253, 1254, 1257 }.Select(page => new SingleByteEncoding(Upper(page), isSloppy: true)),
        new(Upper(28592), isSloppy: false), new(MacRoman(), isSloppy: false, joinsSpaces: false), new(Upper(437), isSloppy: false),
    ];

    public static SingleByteEncoding Latin1 { get; private set; }

    public static SingleByteEncoding Windows1252 { get; private set; }

    public bool IsSloppy { get; }

    /// <summary>A space may stand for byte A0; not in MacRoman, where an en dash and a space would be taken for it.</summary>
    public bool JoinsSpaces { get; }

    public char Decode(char code) => code >= 0x80 ? upper[code - 0x80] : IsSloppy && code == Substitute ? Replacement : code;

    /// <returns>A character below U+0100 for each byte; null where the encoding lacks a character.</returns>
    public string? Encode(string text)
    {
        var encoded = new char[text.Length];
        for (var index = 0; index < text.Length; index++)
            if (!bytes.TryGetValue(text[index], out encoded[index])) return null;
        return new string(encoded);
    }

    private static string Upper(int codePage)
    {
        byte[] codes = [.. Enumerable.Range(0x80, 0x80).Select(code => (byte)code)];
        var encoding = codePage == 28591 ? Encoding.Latin1 : CodePagesEncodingProvider.Instance.GetEncoding(codePage)!;
        return string.Concat(codes.Select(code => encoding.GetString([code])[0] is var read && read is Replacement or (>= FirstUnassigned and <= LastUnassigned) ? (char)code : read));
    }

    /// <summary>Python reads byte BD as the Greek letter, .NET as the sign of the ohm.</summary>
    private static string MacRoman() => Upper(10000).Replace('\u2126', '\u03a9');
}
