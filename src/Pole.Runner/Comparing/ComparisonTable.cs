using Spectre.Console;

namespace Pole.Runner.Comparing;

/// <summary>A comparison on a terminal.</summary>
internal static class ComparisonTable
{
    public static void Print(RunComparison comparison)
    {
        var (header, rows) = ComparisonText.Cells(comparison, " ± ");
        var table = new Table().Border(TableBorder.Simple);
        for (var column = 0; column < header.Count; column++) table.AddColumn(column <= comparison.Axes.Count ? new TableColumn(Markup.Escape(header[column])) : new TableColumn(Markup.Escape(header[column])).RightAligned());
        foreach (var row in rows) table.AddRow(row.Select(Markup.Escape).ToArray());
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(ComparisonText.Legend(comparison));
    }
}
