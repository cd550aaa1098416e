using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Pole.Runner.Formats;

/// <summary>Texts on a terminal: characters that would steer it, or turn the direction of what follows, are shown by their numbers.</summary>
internal static class TerminalText
{
    /// <summary>Everything that is printed from here on is shown so, what Spectre.Console draws by itself excepted.</summary>
    public static void Guard()
    {
        var (output, errors) = (Console.Out, Console.Error);
        Terminal.Use(output);
        Console.SetOut(new Writer(output));
        Console.SetError(new Writer(errors));
    }

    public static string Visible(string text)
    {
        StringBuilder? shown = null;
        for (var place = 0; place < text.Length; place++)
        {
            if (!Steers(text[place])) shown?.Append(text[place]);
            else (shown ??= new StringBuilder(text, 0, place, text.Length + 5)).Append(CultureInfo.InvariantCulture, $"\\u{(int)text[place]:x4}");
        }

        return shown?.ToString() ?? text;
    }

    /// <summary>For Spectre.Console: no markup, and nothing that steers.</summary>
    public static string Cell(string text) => Markup.Escape(Visible(text));

    /// <summary>No regular expression: every command starts by looking for these, and would load that library for them.</summary>
    private static bool Steers(char character) => character is '\u061c' or '\u200e' or '\u200f' or >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069' || (char.IsControl(character) && character is not ('\t' or '\n' or '\r'));

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
