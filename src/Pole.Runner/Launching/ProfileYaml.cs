using Pole.Specs.Diagnostics;
using Pole.Specs.Yaml;

namespace Pole.Runner.Launching;

/// <summary>Keys and values of a machine profile; what does not fit is an error at its line and column.</summary>
internal static class ProfileYaml
{
    /// <exception cref="ExperimentException">The map has another key.</exception>
    public static void Known(YamlMap map, params IReadOnlyList<string> keys)
    {
        foreach (var entry in map.Entries)
            if (!keys.Contains(entry.Key)) throw Fault(entry.KeySpan, $"a machine profile has no '{entry.Key}' here{Nearest.Hint(entry.Key, keys, "there are")}");
    }

    /// <returns>Null for a key that is not there, or null.</returns>
    public static YamlNode? Value(YamlMap map, string key) => map.Find(key)?.Value is { } value && value is not YamlScalar { IsNull: true } ? value : null;

    public static string Scalar(YamlNode node) => node is YamlScalar scalar ? scalar.Text : throw Fault(node.Span, "a single value is expected here");

    /// <summary>A list, or a single one.</summary>
    public static string[] Words(YamlNode node) => node is YamlList list ? [.. list.Items.Select(Scalar)] : [Scalar(node)];

    public static YamlMap Map(YamlNode node) => node as YamlMap ?? throw Fault(node.Span, "a map of keys is expected here");

    public static ExperimentException Fault(SourceSpan span, string message) => new($"{Place(span)}: {message}");

    /// <summary>As compilers write it.</summary>
    public static string Place(SourceSpan span) => $"{span.Path}({span.StartLine + 1},{span.StartColumn + 1})";
}
