using System.Text.RegularExpressions;

namespace Pole.Runner.Formats;

/// <summary>Texts in a table of LaTeX: every character that means something to TeX is its command.</summary>
internal static partial class LatexText
{
    public static string Row(IEnumerable<string> cells) => $"{string.Join(" & ", cells.Select(Cell))} \\\\\n";

    public static string Cell(string text) => Special().Replace(text, match => match.Value[0] switch
    {
        '&' or '%' or '$' or '#' or '_' or '{' or '}' => $"\\{match.Value}",
        '\\' => "\\textbackslash{}",
        '~' => "\\textasciitilde{}",
        '^' => "\\textasciicircum{}",
        '<' => "\\textless{}",
        '>' => "\\textgreater{}",
        '|' => "\\textbar{}",
        // After the end of a row, a bracket would be the row's distance.
        '[' => "{[}",
        '±' => "$\\pm$",
        '–' => "--",
        '−' => "$-$",
        '…' => "\\dots{}",
        _ => " ",
    });

    [GeneratedRegex(@"[&%$#_{}\\~^<>|\[±–−…]|\p{C}|\p{Zl}|\p{Zp}")]
    private static partial Regex Special();
}
