using System.Text.RegularExpressions;

namespace Pole.Runner.Formats;

/// <summary>Texts in a table of Markdown, read back as they are: nothing in them is a mark.</summary>
internal static partial class MarkdownText
{
    public static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(Cell))} |\n";

    /// <summary>Ends of lines become blanks, since a cell has one line.</summary>
    public static string Cell(string text) => Mark().Replace(LineEnd().Replace(text, " "), match => $"\\{match.Value}");

    /// <summary>A text of several lines, as it is.</summary>
    /// <param name="language">For highlighting.</param>
    public static string Block(string language, string text)
    {
        var fence = new string('`', Math.Max(3, 1 + Backticks().Matches(text).Select(match => match.Length).DefaultIfEmpty().Max()));
        return $"{fence}{language}\n{text.TrimEnd('\n')}\n{fence}\n";
    }

    [GeneratedRegex("`+")]
    private static partial Regex Backticks();

    // ^a^, ++a++ and ==a== are superscript, inserted and marked in what many tools read besides GitHub's.
    [GeneratedRegex(@"[\\`*\[\]<>|~&^]|\+(?=\+)|(?<=\+)\+|=(?==)|(?<==)=|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])")]
    private static partial Regex Mark();

    [GeneratedRegex(@"\r\n|[\r\n\f\v\u0085\u2028\u2029]")]
    private static partial Regex LineEnd();
}
