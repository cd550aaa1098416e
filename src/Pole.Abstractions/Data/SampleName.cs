using System.Globalization;
using System.Text;

namespace Pole;

/// <summary>
/// File names for the ids of samples: every id has one that every file system takes, Windows's too, and that no other id has, even where upper and lower case are the same. Parts of an id
/// between slashes are folders.
/// </summary>
public static class SampleName
{
    private const string Forbidden = "<>:\"\\|?*%~";

    private const string EmptyPart = "%";

    private const char Escape = '%', CaseMark = '~';

    private static readonly HashSet<string> Devices = new(
        [.. new[] { "CON", "PRN", "AUX", "NUL" }, .. Enumerable.Range(0, 10).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" })], StringComparer.OrdinalIgnoreCase);

    /// <summary>The path of a sample's file below a folder.</summary>
    /// <param name="extension">With its dot.</param>
    public static string FileOf(string folder, ISample sample, string extension) => Path.Combine(folder, Encode(sample.Id) + extension);

    /// <summary><c>cat/001</c> stays; <c>a:b</c> becomes <c>a%3Ab</c>, <c>CON</c> <c>%43ON~7</c>, <c>IMG_1</c> <c>IMG_1~7</c>: which letters are upper case stands behind the mark, in hexadecimal.</summary>
    public static string Encode(string id) => string.Join('/', id.Split('/').Select(EncodePart));

    /// <summary>The id of an encoded name.</summary>
    public static string Decode(string name) => string.Join('/', name.Split('/').Select(part => Unescape(part.LastIndexOf(CaseMark) is >= 0 and var mark ? part[..mark] : part)));

    private static string EncodePart(string part)
    {
        if (part.Length == 0) return EmptyPart;
        var text = new StringBuilder();
        for (var index = 0; index < part.Length; index++)
        {
            var character = part[index];
            // Windows drops dots and blanks at the end of a name, and takes names of devices with any extension.
            var isUnsafe = character < ' ' || character == '\x7f' || Forbidden.Contains(character, StringComparison.Ordinal) || (index == part.Length - 1 && character is '.' or ' ') || (index == 0 && IsSpecial(part)) || char.IsSurrogate(character) && !IsPaired(part, index);
            if (isUnsafe) text.Append(Escape).Append(((int)character).ToString(character > '\xff' ? "'u'X4" : "X2", CultureInfo.InvariantCulture));
            else text.Append(character);
        }

        var upper = UpperCase(part);
        return upper.Length == 0 ? text.ToString() : text.Append(CaseMark).Append(upper).ToString();
    }

    private static bool IsSpecial(string part) => part.StartsWith('.') || Devices.Contains(part.Split('.')[0].TrimEnd());

    private static bool IsPaired(string text, int index) => char.IsHighSurrogate(text[index]) ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) : index > 0 && char.IsHighSurrogate(text[index - 1]);

    /// <summary>A bit for each letter that is not what it is in lower case, the first letter lowest, in hexadecimal; empty where there is none.</summary>
    private static string UpperCase(string part)
    {
        var digits = new StringBuilder();
        for (var first = 0; first < part.Length; first += 4)
        {
            var digit = 0;
            for (var bit = 0; bit < 4 && first + bit < part.Length; bit++)
                if (char.ToLowerInvariant(part[first + bit]) != part[first + bit]) digit |= 1 << bit;
            digits.Append("0123456789abcdef"[digit]);
        }

        return digits.ToString().TrimEnd('0');
    }

    private static string Unescape(string part)
    {
        if (part == EmptyPart) return "";
        var text = new StringBuilder();
        for (var index = 0; index < part.Length; index++)
        {
            if (part[index] != Escape) text.Append(part[index]);
            else
            {
                var (from, digits) = part[index + 1] == 'u' ? (index + 2, 4) : (index + 1, 2);
                text.Append((char)int.Parse(part.AsSpan(from, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                index = from + digits - 1;
            }
        }

        return text.ToString();
    }
}
