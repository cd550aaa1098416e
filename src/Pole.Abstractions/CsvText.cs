using System.Globalization;

namespace Pole;

/// <summary>Lines of CSV (RFC 4180) that a spreadsheet reads as they are meant: numbers as numbers, and no text as a formula (OWASP, CSV injection).</summary>
public static class CsvText
{
    /// <summary>One line with its end.</summary>
    public static string Line(params IEnumerable<string> cells) => $"{string.Join(',', cells.Select(Cell))}\n";

    /// <summary>A text that a spreadsheet would take for a formula gets an apostrophe before it; other texts are read back as they were.</summary>
    private static string Cell(string text)
    {
        var neutral = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] && !IsNumber(text) ? $"'{text}" : text;
        return neutral.AsSpan().ContainsAny(",\"\n\r") || neutral.Length > 0 && (char.IsWhiteSpace(neutral[0]) || char.IsWhiteSpace(neutral[^1])) ? $"\"{neutral.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : neutral;
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _);
}
