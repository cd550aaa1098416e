using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>Dotted paths of keys: <c>prompt.synonyms</c>.</summary>
internal static class SpecPath
{
    public static YamlNode? Find(YamlMap root, string path)
    {
        YamlNode? node = root;
        foreach (var key in path.Split('.')) node = (node as YamlMap)?.Find(key)?.Value;
        return node;
    }

    /// <summary>Puts a value at a path; maps on the way are made where there are none. A module that is a bare name becomes a map with that name.</summary>
    /// <param name="value">Its span is that of keys that are made.</param>
    public static YamlMap Set(YamlMap root, string path, YamlNode value)
    {
        var (key, rest) = path.IndexOf('.') is var dot && dot < 0 ? (path, null) : (path.Substring(0, dot), path.Substring(dot + 1));
        var old = root.Find(key);
        var below = old?.Value switch
        {
            YamlMap map => map,
            YamlScalar { IsNull: false } name => new YamlMap(name.Span, new[] { new YamlEntry("name", name.Span, name) }.ToEquatableArray()),
            _ => new YamlMap(value.Span, default),
        };
        var entry = new YamlEntry(key, value.Span, rest is null ? value : Set(below, rest, value));
        return root with { Entries = (old is null ? root.Entries.Append(entry) : root.Entries.Select(existing => existing == old ? entry : existing)).ToEquatableArray() };
    }

    /// <summary>The paths of all values.</summary>
    public static IEnumerable<string> All(YamlMap root) =>
        root.Entries.SelectMany(entry => entry.Value is YamlMap map ? All(map).Select(below => $"{entry.Key}.{below}").Prepend(entry.Key) : [entry.Key]);
}
