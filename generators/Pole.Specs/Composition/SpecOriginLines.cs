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
        foreach (var entry in map.Entries)
        {
            if (entry.Value is YamlScalar { IsNull: true }) continue;
            var span = entry.Value.Span;
            text.Append(prefix).Append(entry.Key).Append('\t').Append(names[span.Path]).Append('\t').Append(span.StartLine + 1).Append('\t').Append(span.StartColumn + 1).Append('\n');
            if (entry.Value is YamlMap below) Append(text, below, $"{prefix}{entry.Key}.", names);
        }
    }
}
