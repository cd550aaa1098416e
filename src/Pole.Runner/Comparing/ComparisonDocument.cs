using System.Text;

namespace Pole.Runner.Comparing;

/// <summary>
/// Comparisons in a Markdown file between marks, <c>&lt;!-- pole NAME --&gt;</c> and <c>&lt;!-- /pole --&gt;</c>. What stands outside them is a person's and stays; a comparison
/// that has no marks yet comes at the end. Figures stand beside the file.
/// </summary>
internal static class ComparisonDocument
{
    private const string End = "<!-- /pole -->";

    public static void Write(string file, IReadOnlyList<(string Name, RunComparison Comparison)> comparisons)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var text = File.Exists(file) ? TextFile.Read(file) : $"# {Path.GetFileNameWithoutExtension(file)}\n";
        foreach (var (name, comparison) in comparisons) text = Replace(file, text, name, Block(folder, Path.GetFileNameWithoutExtension(file), name, comparison));
        Directory.CreateDirectory(folder);
        AtomicFile.Write(file, path => File.WriteAllText(path, text));
    }

    private static string Replace(string file, string text, string name, string block)
    {
        var begin = $"<!-- pole {name} -->";
        var from = text.IndexOf(begin, StringComparison.Ordinal);
        if (from < 0) return $"{text.TrimEnd('\n')}\n\n## {name}\n\n{begin}\n{block}{End}\n";
        var to = text.IndexOf(End, from, StringComparison.Ordinal);
        if (to < 0) throw new ExperimentException($"{file}: the mark '{begin}' has no '{End}' behind it");
        return $"{text[..(from + begin.Length)]}\n{block}{text[to..]}";
    }

    private static string Block(string folder, string document, string name, RunComparison comparison)
    {
        var text = new StringBuilder(ComparisonText.Markdown(comparison));
        Figure("names", "mIoU against the number of names", ComparisonFigures.NamesAgainstScore(comparison));
        Figure("ground-truth-names", "How often the ground-truth name was chosen, by class", ComparisonFigures.GroundTruthNames(comparison));
        return text.ToString();

        void Figure(string kind, string title, string? svg)
        {
            if (svg is null) return;
            var file = Path.Combine("images", document, $"{name[(name.LastIndexOf('/') + 1)..]}-{kind}.svg");
            Directory.CreateDirectory(Path.Combine(folder, Path.GetDirectoryName(file)!));
            AtomicFile.Write(Path.Combine(folder, file), path => File.WriteAllText(path, svg));
            text.Append($"\n![{title}]({file.Replace('\\', '/')})\n");
        }
    }
}
