using Pole.Runner.Formats;

namespace Pole.Runner.Comparing;

/// <summary>A comparison on a terminal.</summary>
internal static class ComparisonTable
{
    public static void Print(RunComparison comparison)
    {
        var (header, rows) = ComparisonText.Cells(comparison);
        var table = new TextTable(header.Take(comparison.Axes.Count + 1)).Numbers(header.Skip(comparison.Axes.Count + 1));
        foreach (var row in rows) table.Row(row);
        table.Print();
        Console.WriteLine(ComparisonText.Legend(comparison));
    }
}
