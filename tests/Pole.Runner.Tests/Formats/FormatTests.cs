using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;
using CsvHelper;
using CsvHelper.Configuration;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Pole.Runner.Formats;
using Pole.Runner.Launching.Slurm;
using AnsiConsole = Spectre.Console.AnsiConsole;
using AnsiConsoleOutput = Spectre.Console.AnsiConsoleOutput;
using AnsiConsoleSettings = Spectre.Console.AnsiConsoleSettings;

namespace Pole.Runner.Tests.Formats;

/// <summary>Texts from anywhere, in every format that the program writes, through a reader of that format that somebody else wrote.</summary>
public sealed class FormatTests
{
    /// <summary>Characters that mean something somewhere, among letters.</summary>
    private static readonly Gen<string> Text = Gen.OneOf(Gen.Char["=+-@,;:\"'`\\|/&%$#_{}[]()<>*~^!? \t\n\r…±−–äß語\u001b\u0007\u202e"], Gen.Char['a', 'z'], Gen.Char['0', '9']).Array[0, 12].Select(characters => new string(characters));

    [Test]
    public void CSV_is_read_back_as_it_was_but_for_an_apostrophe_before_what_a_spreadsheet_would_compute() => Text.Array[2, 5].Array[1, 4].Sample(rows =>
    {
        using var csv = new CsvReader(new StringReader(string.Concat(rows.Select(row => CsvText.Line(row)))), new CsvConfiguration(CultureInfo.InvariantCulture) { HasHeaderRecord = false, BadDataFound = failure => Assert.Fail(failure.RawRecord) });
        foreach (var row in rows)
        {
            Assert.That(csv.Read());
            var read = Enumerable.Range(0, csv.Parser.Count).Select(cell => csv.GetField(cell)!).ToList();
            Assert.That(read.Select((cell, index) => cell == row[index] || cell == $"'{row[index]}"), Is.All.True, string.Join('\u241e', row));
            Assert.That(read.Where(cell => cell.Length > 0 && "=+-@\t\r".Contains(cell[0])), Is.All.Matches<string>(cell => double.TryParse(cell, CultureInfo.InvariantCulture, out _)));
        }

        Assert.That(csv.Read(), Is.False);
    });

    [TestCase("-0.5", "-0.5\n")]
    [TestCase("+1e-3", "+1e-3\n")]
    [TestCase("=1+1", "'=1+1\n")]
    [TestCase("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0\n")]
    [TestCase("@SUM(A1)", "'@SUM(A1)\n")]
    public void Numbers_stay_numbers_in_CSV_and_formulas_become_texts(string cell, string line) => Assert.That(CsvText.Line(cell), Is.EqualTo(line));

    [Test]
    public void Markdown_shows_a_cell_as_it_is() => Text.Where(text => text.Trim().Length > 0 && !text.Contains('\t')).Sample(text =>
    {
        var document = Markdown.Parse($"| head |\n|---|\n{MarkdownText.Row([text])}", new MarkdownPipelineBuilder().UsePipeTables().UseEmphasisExtras().UseAutoLinks().Build());
        var rows = document.OfType<Table>().Single().OfType<TableRow>().ToList();

        Assert.That(rows, Has.Count.EqualTo(2));
        Assert.That(Shown(rows[1].OfType<TableCell>().First()).Trim(), Is.EqualTo(text.Replace("\r\n", " ", StringComparison.Ordinal).Replace('\n', ' ').Replace('\r', ' ').Trim()));
    });

    [TestCase("a^2^b", @"a\^2\^b")]
    [TestCase("++a++ ==b== +2.9 = c", @"\+\+a\+\+ \=\=b\=\= +2.9 = c")]
    public void Marks_of_Markdown_beyond_GitHub_s_are_escaped_too(string text, string cell) => Assert.That(MarkdownText.Cell(text), Is.EqualTo(cell));

    [Test]
    public void A_block_of_Markdown_ends_where_it_should() => Gen.OneOf(Gen.Char["`~#- \n|<"], Gen.Char['a', 'z']).Array[0, 20].Select(characters => new string(characters)).Sample(text =>
    {
        var document = Markdown.Parse($"{MarkdownText.Block("yaml", text)}\nbehind\n");

        Assert.That(document.Select(block => block.GetType()), Is.EqualTo(new[] { typeof(FencedCodeBlock), typeof(ParagraphBlock) }));
        Assert.That(((FencedCodeBlock)document[0]).Lines.ToString(), Is.EqualTo(text.TrimEnd('\n')));
    });

    [Test]
    public void LaTeX_has_a_command_for_what_means_something_to_it()
    {
        Assert.That(LatexText.Cell("a_b & 5 % of {x} #1 $ ~ ^ \\ < > |"), Is.EqualTo(@"a\_b \& 5 \% of \{x\} \#1 \$ \textasciitilde{} \textasciicircum{} \textbackslash{} \textless{} \textgreater{} \textbar{}"));
        Assert.That(LatexText.Cell("42.0 ± 2.8, −1.2 … 3"), Is.EqualTo(@"42.0 $\pm$ 2.8, $-$1.2 \dots{} 3"));
        Assert.That(LatexText.Cell("[b]\n%"), Is.EqualTo(@"{[}b] \%"));
    }

    /// <summary>Rules of sbatch for a line (SchedMD/slurm, src/sbatch/opt.c): a blank or # ends a value outside of quotation marks, a backslash takes the meaning from the next character.</summary>
    [Test]
    public void Sbatch_reads_the_value_that_was_meant() => Text.Where(text => !text.AsSpan().ContainsAny("\n\r")).Sample(text =>
    {
        var (line, value) = (SbatchText.Quote("--output", text), new StringBuilder());
        var (quoted, escaped) = (false, false);
        foreach (var character in line)
        {
            if (!escaped && character == '\\') escaped = true;
            else if (!escaped && character == '"') quoted = !quoted;
            else if (!escaped && !quoted && (character is '#' or '\'' || char.IsWhiteSpace(character))) Assert.Fail($"{line} ends at {value}");
            else (_, escaped) = (value.Append(character), false);
        }

        Assert.That((value.ToString(), quoted), Is.EqualTo((text, false)));
    });

    [Test]
    public void Sbatch_is_given_no_value_that_it_cannot_be_given()
    {
        Assert.That(() => SbatchText.Quote("--account", "a\n#SBATCH --wrap=x"), Throws.TypeOf<ExperimentException>().With.Message.Contains("--account has a control character"));
        Assert.That(() => SbatchText.Path(@"/runs/a\b"), Throws.TypeOf<ExperimentException>().With.Message.Contains("has a backslash"));
        Assert.That(SbatchText.Path("/runs/100%"), Is.EqualTo("/runs/100%%"));
    }

    [Test]
    public void A_shell_reads_the_words_that_were_meant()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("there is no POSIX shell");
        var words = Text.Array[40].Single();
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-s"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        shell.StandardInput.Write($"printf '%s\\0' {string.Join(' ', words.Select(ShellText.Quote))}\n");
        shell.StandardInput.Close();

        Assert.That(shell.StandardOutput.ReadToEnd().Split('\0')[..^1], Is.EqualTo(words));
    }

    [Test]
    public void A_terminal_gets_nothing_that_steers_it() => Text.Sample(text =>
    {
        var (shown, output) = (TerminalText.Visible(text), new StringWriter());
        var before = Terminal.Console;
        try
        {
            Terminal.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
            var table = new TextTable("[head");
            table.Row(text.Replace("\n", " ", StringComparison.Ordinal).Replace("\r", " ", StringComparison.Ordinal).Replace("\t", " ", StringComparison.Ordinal));
            table.Print();
        }
        finally
        {
            Terminal.Console = before;
        }

        Assert.That(shown.Where(character => char.IsControl(character) && character is not ('\t' or '\n' or '\r') || character == '\u202e'), Is.Empty);
        Assert.That(output.ToString().Where(character => char.IsControl(character) && character is not ('\n' or '\r') || character == '\u202e'), Is.Empty);
        Assert.That(output.ToString(), Does.Contain("[head"));
    }, threads: 1);

    private static string Shown(TableCell cell) => string.Concat(cell.Descendants<LeafInline>().Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline or HtmlInline or HtmlEntityInline or LineBreakInline => throw new AssertionException($"{inline} is a mark"),
        _ => "",
    }));
}
