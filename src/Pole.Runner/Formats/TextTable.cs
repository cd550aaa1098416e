using Spectre.Console;

namespace Pole.Runner.Formats;

/// <summary>A table on a terminal whose cells are texts: no markup, and nothing that steers the terminal.</summary>
internal sealed class TextTable
{
    private readonly Table table = new Table().Border(TableBorder.Simple);

    /// <param name="columns">Of texts, with heads that may have several lines.</param>
    public TextTable(params IEnumerable<string> columns) => Texts(columns);

    /// <summary>Columns of numbers.</summary>
    public TextTable Numbers(params IEnumerable<string> columns)
    {
        foreach (var head in columns) table.AddColumn(new TableColumn(TerminalText.Cell(head)).RightAligned());
        return this;
    }

    public TextTable Texts(params IEnumerable<string> columns)
    {
        foreach (var head in columns) table.AddColumn(new TableColumn(TerminalText.Cell(head)));
        return this;
    }

    public void Row(params IEnumerable<string> cells) => table.AddRow([.. cells.Select(TerminalText.Cell)]);

    public void EmptyRow() => table.AddEmptyRow();

    public void Print() => Terminal.Console.Write(table);
}
