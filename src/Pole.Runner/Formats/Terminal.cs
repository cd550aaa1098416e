using System.Text;
using Spectre.Console;

namespace Pole.Runner.Formats;

/// <summary>What tables, trees and bars are drawn on. Made when something is first drawn: looking for what the terminal can takes longer than many commands.</summary>
internal static class Terminal
{
    private const int RedirectedWidth = 240;

    private static Lazy<IAnsiConsole> console = new(() => AnsiConsole.Console);

    public static IAnsiConsole Console
    {
        get => console.Value;
        set => console = new Lazy<IAnsiConsole>(value);
    }

    /// <summary>Draws by this writer from here on.</summary>
    public static void Use(TextWriter output) => console = new Lazy<IAnsiConsole>(() => On(output));

    private static IAnsiConsole On(TextWriter output)
    {
        if (!System.Console.IsOutputRedirected) return AnsiConsole.Create(new AnsiConsoleSettings { Out = new StandardOutput(output) });
        var drawn = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
        // A file has no width: tables in a log are not broken at 80 columns.
        drawn.Profile.Width = RedirectedWidth;
        return drawn;
    }

    /// <summary>Spectre.Console takes a writer for a terminal while it is <see cref="System.Console.Out"/>; a guarded one no longer is.</summary>
    private sealed class StandardOutput(TextWriter writer) : IAnsiConsoleOutput
    {
        private readonly AnsiConsoleOutput output = new(writer);

        public TextWriter Writer => output.Writer;

        public bool IsTerminal => true;

        public int Width => output.Width;

        public int Height => output.Height;

        public void SetEncoding(Encoding encoding) => output.SetEncoding(encoding);
    }
}
