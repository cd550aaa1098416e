namespace Pole.Runner.Comparing;

/// <summary>A comparison in a folder, in every format.</summary>
internal static class ComparisonFiles
{
    /// <returns>The page.</returns>
    public static string Write(string folder, string title, RunComparison comparison)
    {
        Directory.CreateDirectory(folder);
        Write("comparison.md", ComparisonText.Markdown(comparison));
        Write("comparison.csv", ComparisonText.Csv(comparison));
        var runs = RunTable.Of([.. comparison.Rows.SelectMany(row => row.Group.Runs)]);
        Write("runs.csv", RunTableText.Csv(runs));
        Write("runs.json", RunTableText.Json(runs));
        Write("comparison.tex", ComparisonText.Latex(comparison));
        if (ComparisonFigures.NamesAgainstScore(comparison) is { } names) Write("names.svg", names);
        if (ComparisonFigures.GroundTruthNames(comparison) is { } radar) Write("ground-truth-names.svg", radar);
        Write("comparison.html", ComparisonPage.Write(title, comparison));
        return Path.Combine(folder, "comparison.html");

        void Write(string name, string text) => AtomicFile.Write(Path.Combine(folder, name), path => File.WriteAllText(path, text));
    }
}
