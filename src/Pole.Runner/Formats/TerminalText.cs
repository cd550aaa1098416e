using System.Text;
using System.Text.RegularExpressions;
using Spectre.Console;

namespace Pole.Runner.Formats;

/// <summary>Texts on a terminal: characters that would steer it, or turn the direction of what follows, are shown by their numbers.</summary>
internal static partial class TerminalText
{
    /// <summary>Everything that is printed from here on is shown so, what Spectre.Console draws by itself excepted.</summary>
    public static void Guard()
    {
        var (output, errors) = (Console.Out, Console.Error);
        Terminal.Use(output);
        Console.SetOut(new Writer(output));
        Console.SetError(new Writer(errors));
    }

    public static string Visible(string text) => Steering().Replace(text, match => $"\\u{(int)match.Value[0]:x4}");

    /// <summary>For Spectre.Console: no markup, and nothing that steers.</summary>
    public static string Cell(string text) => Markup.Escape(Visible(text));

    [GeneratedRegex(@"[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069-[\t\n\r]]")]
    private static partial Regex Steering();

    private sealed class Writer(TextWriter inner) : TextWriter(inner.FormatProvider)
    {
        public override Encoding Encoding => inner.Encoding;

        public override void Write(char value) => inner.Write(Visible(value.ToString()));

        public override void Write(string? value) => inner.Write(value is null ? null : Visible(value));

        public override void Write(char[] buffer, int index, int count) => inner.Write(Visible(new string(buffer, index, count)));

        public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : Visible(value));

        public override void Flush() => inner.Flush();
    }
}
