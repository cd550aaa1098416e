using Pole.Specs.Yaml;

namespace Pole.Runner.Specs;

/// <summary>
/// One layout for specs: keys in the order of the schema, in every map that has a key a line, no trailing spaces, no empty line twice, one line feed at
/// the end. A key moves with everything below it and with the comments right above it. Values are not touched.
/// </summary>
internal static class SpecFormat
{
    private const string ModuleName = "name";

    private static readonly string[] First = ["extends"], Last = ["sweep", "compare"];

    /// <exception cref="ExperimentException">The YAML cannot be read; says where.</exception>
    public static string Apply(string path, string text)
    {
        var root = Read(path, text);
        if (root is null) return text;
        var lines = text.TrimEnd().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).ToList();
        var result = string.Join('\n', WithoutEmptyRuns(Reorder(lines, root, 0, lines.Count, typeof(Experiment)))).Trim('\n') + "\n";
        // A formatter that changes a meaning would be worse than none.
        return Same(root, Read(path, result)!) ? result : throw new ExperimentException($"{path}: the spec cannot be formatted without changing what it says; format it by hand");
    }

    private static YamlMap? Read(string path, string text)
    {
        var (root, diagnostics) = YamlReader.Read(path, text);
        if (diagnostics.Count > 0) throw new ExperimentException($"{path}({diagnostics[0].Span.StartLine + 1},{diagnostics[0].Span.StartColumn + 1}): {diagnostics[0].Message}");
        return root as YamlMap;
    }

    /// <param name="from">First line of the map.</param>
    /// <param name="to">The line after its last.</param>
    /// <param name="type">The record that the map is of; null where it is none that is known.</param>
    private static List<string> Reorder(List<string> lines, YamlMap map, int from, int to, Type? type)
    {
        var sameLine = map.Entries.GroupBy(entry => entry.KeySpan.StartLine).Any(group => group.Count() > 1);
        if (map.Entries.Count == 0 || sameLine) return lines[from..to];
        var starts = map.Entries.Select((entry, index) => CommentsAbove(lines, entry, index == 0 ? from : map.Entries[index - 1].KeySpan.StartLine + 1, isRoot: type == typeof(Experiment))).ToList();
        var blocks = map.Entries.Select((entry, index) => (entry.Key, Lines: Block(lines, entry, starts[index], index + 1 < starts.Count ? starts[index + 1] : to, TypeOf(type, entry)))).ToList();
        var order = Order(type);
        return [.. lines[from..starts[0]], .. blocks.Select((block, index) => (block, index)).OrderBy(item => order.IndexOf(item.block.Key) is var place and >= 0 ? place : order.Count).ThenBy(item => item.index).SelectMany(item => item.block.Lines)];
    }

    private static List<string> Block(List<string> lines, YamlEntry entry, int from, int to, Type? type)
    {
        var below = entry.KeySpan.StartLine + 1;
        return entry.Value is YamlMap { Entries.Count: > 0 } map && map.Entries[0].KeySpan.StartLine >= below ? [.. lines[from..below], .. Reorder(lines, map, below, to, type)] : lines[from..to];
    }

    /// <summary>The first of the comment lines right above a key, as far in as the key; those at the top of the file stay there.</summary>
    private static int CommentsAbove(List<string> lines, YamlEntry entry, int from, bool isRoot)
    {
        var (line, comment) = (entry.KeySpan.StartLine, new string(' ', entry.KeySpan.StartColumn) + "#");
        var start = line;
        while (start > from && lines[start - 1].StartsWith(comment, StringComparison.Ordinal)) start--;
        return isRoot && start == 0 ? line : start;
    }

    private static List<string> Order(Type? type)
    {
        if (type is null) return [];
        var keys = SpecKeys.Of(type).Select(key => key.Name);
        return type == typeof(Experiment) ? [.. First, .. keys.Except(Last), .. Last] : [ModuleName, .. keys];
    }

    private static Type? TypeOf(Type? type, YamlEntry entry)
    {
        if (type is null || SpecKeys.Of(type).FirstOrDefault(key => key.Name == entry.Key)?.Type is not { } value) return null;
        if (ModuleCatalog.KindOf(value) is not { } kind) return value.IsClass && value != typeof(string) && value != typeof(Corpus) && value != typeof(ClassList) && value != typeof(Descriptions) ? value : null;
        var name = ((entry.Value as YamlMap)?.Find(ModuleName)?.Value as YamlScalar)?.Text;
        return ModuleCatalog.Of(kind).FirstOrDefault(module => module.Name == name)?.Options;
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
