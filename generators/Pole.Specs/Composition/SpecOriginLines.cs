using System.Text;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>Where the given values of a resolved spec come from, one a line: path of keys, file, line and column, separated by tabs, as <c>Pole.SpecOrigins</c> reads them.</summary>
public static class SpecOriginLines
{
    /// <param name="sources">The files that the spec is composed of.</param>
    public static string Of(YamlMap root, EquatableArray<SpecFile> sources)
    {
        var text = new StringBuilder();
        Append(text, root, "", sources.ToDictionary(file => file.Path, file => $"{file.Name}.yaml"));
        return text.ToString();
    }

    private static void Append(StringBuilder text, YamlMap map, string prefix, Dictionary<string, string> names)
    {
        foreach (var entry in map.Entries) Append(text, entry.Value, prefix + entry.Key, names);
    }

    private static void Append(StringBuilder text, YamlNode node, string path, Dictionary<string, string> names)
    {
        if (node is YamlScalar { IsNull: true }) return;
        text.Append(path).Append('\t').Append(names[node.Span.Path]).Append('\t').Append(node.Span.StartLine + 1).Append('\t').Append(node.Span.StartColumn + 1).Append('\n');
        if (node is YamlMap below) Append(text, below, $"{path}.", names);
        if (node is YamlList list)
            for (var index = 0; index < list.Items.Count; index++) Append(text, list.Items[index], $"{path}[{index}]", names);
    }
}
