using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pole.Runner.Formats;

/// <summary>What tables, trees and bars are drawn on. Made when something is first drawn: loading Spectre.Console and looking for what the terminal can takes longer than many commands.</summary>
internal static class Terminal
{
    private const int RedirectedWidth = 240, Utf8 = 65001;

    private static TextWriter? used;
    private static IAnsiConsole? console;

    public static IAnsiConsole Console
    {
        get => LazyInitializer.EnsureInitialized(ref console, () => used is null ? AnsiConsole.Console : On(used));
        set => console = value;
    }

    /// <summary>Whether what is drawn comes out as <see cref="Plain"/> gives it.</summary>
    public static bool IsPlain => console is null && used is { Encoding.CodePage: Utf8 } && System.Console.IsOutputRedirected;

    /// <summary>A drawing as a file or pipe gets it.</summary>
    public static string Plain(IRenderable drawing)
    {
        using var text = new StringWriter();
        PlainOn(text).Write(drawing);
        return text.ToString();
    }

    /// <summary>Draws by this writer from here on.</summary>
    public static void Use(TextWriter output)
    {
        used = output;
        console = null;
    }

    private static IAnsiConsole On(TextWriter output) => System.Console.IsOutputRedirected ? PlainOn(output) : AnsiConsole.Create(new AnsiConsoleSettings { Out = new StandardOutput(output) });

    private static IAnsiConsole PlainOn(TextWriter output)
    {
        var drawn = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false } });
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
