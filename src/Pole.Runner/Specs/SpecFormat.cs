using Pole.Specs.Yaml;

namespace Pole.Runner.Specs;

/// <summary>
/// One layout for specs: keys in the order of the schema, no trailing spaces, no empty line twice, one line feed at the end. A key moves with
/// everything below it and with the comments right above it. Values are not touched.
/// </summary>
internal static class SpecFormat
{
    private static readonly IReadOnlyList<string> Order = ["extends", .. SpecKeys.Of(typeof(Experiment)).Select(key => key.Name).Where(name => name != "compare"), "sweep", "compare"];

    /// <exception cref="ExperimentException">The YAML cannot be read; says where.</exception>
    public static string Apply(string path, string text)
    {
        var root = Read(path, text);
        if (root is null) return text;
        var lines = text.TrimEnd().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).ToList();
        var formatted = root.Entries.Count == 0 || root.Entries.GroupBy(entry => entry.KeySpan.StartLine).Any(group => group.Count() > 1) ? lines : Reorder(lines, root);
        var result = string.Join('\n', WithoutEmptyRuns(formatted)).Trim('\n') + "\n";
        // A formatter that changes a meaning would be worse than none.
        return Same(root, Read(path, result)!) ? result : throw new ExperimentException($"{path}: the spec cannot be formatted without changing what it says; format it by hand");
    }

    private static YamlMap? Read(string path, string text)
    {
        var (root, diagnostics) = YamlReader.Read(path, text);
        if (diagnostics.Count > 0) throw new ExperimentException($"{path}({diagnostics[0].Span.StartLine + 1},{diagnostics[0].Span.StartColumn + 1}): {diagnostics[0].Message}");
        return root as YamlMap;
    }

    private static List<string> Reorder(List<string> lines, YamlMap root)
    {
        var starts = root.Entries.Select(entry => CommentsAbove(lines, entry.KeySpan.StartLine)).ToList();
        var blocks = root.Entries.Select((entry, index) => (entry.Key, Lines: lines.Skip(starts[index]).Take((index + 1 < starts.Count ? starts[index + 1] : lines.Count) - starts[index]).ToList()));
        var ordered = blocks.Select((block, index) => (block, index)).OrderBy(item => Place(item.block.Key)).ThenBy(item => item.index).SelectMany(item => item.block.Lines);
        return [.. lines.Take(starts[0]), .. ordered];
    }

    /// <summary>The first of the comment lines right above a key; those at the top of the file stay there.</summary>
    private static int CommentsAbove(List<string> lines, int line)
    {
        var start = line;
        while (start > 0 && lines[start - 1].StartsWith('#')) start--;
        return start == 0 ? line : start;
    }

    private static int Place(string key)
    {
        for (var index = 0; index < Order.Count; index++)
            if (Order[index] == key) return index;
        return Order.Count;
    }

    private static IEnumerable<string> WithoutEmptyRuns(IReadOnlyList<string> lines) => lines.Where((line, index) => line.Length > 0 || (index > 0 && lines[index - 1].Length > 0));

    private static bool Same(YamlNode one, YamlNode other) => (one, other) switch
    {
        (YamlMap a, YamlMap b) => a.Tag == b.Tag && a.Entries.Count == b.Entries.Count && a.Entries.All(entry => b.Find(entry.Key) is { } match && Same(entry.Value, match.Value)),
        (YamlList a, YamlList b) => a.Tag == b.Tag && a.Items.Count == b.Items.Count && a.Items.Zip(b.Items, Same).All(same => same),
        (YamlScalar a, YamlScalar b) => (a.Tag, a.Text, a.IsQuoted) == (b.Tag, b.Text, b.IsQuoted),
        _ => false,
    };
}
