using System.Globalization;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>Dotted paths of keys: <c>prompt.synonyms</c>. An item of a list is meant by its place, <c>stages[0].radius</c>, or by the module that it names, <c>stages.smooth.radius</c>.</summary>
internal static class SpecPath
{
    private const string ModuleNameKey = "name";

    public static YamlNode? Find(YamlMap root, string path) => StepsOf(path).Aggregate((YamlNode?)root, (node, step) => node switch
    {
        YamlMap map => map.Find(step)?.Value,
        YamlList list when PlaceOf(list, step) is var place and >= 0 => list.Items[place],
        _ => null,
    });

    /// <summary>
    /// Puts a value at a path; maps on the way are made where there are none, and a list has the module that it does not have after its others. A module that is a bare name becomes
    /// a map with that name.
    /// </summary>
    /// <param name="value">Its span is that of keys that are made.</param>
    public static YamlMap Set(YamlMap root, string path, YamlNode value) => (YamlMap)Set(root, StepsOf(path), 0, value);

    /// <summary>The entry of a key at a path of keys.</summary>
    public static YamlEntry? FindEntry(YamlMap root, string path) =>
        path.LastIndexOf('.') is var dot and >= 0 ? (Find(root, path.Substring(0, dot)) as YamlMap)?.Find(path.Substring(dot + 1)) : root.Find(path);

    /// <summary>Takes the entry of a key at a path of keys away.</summary>
    public static YamlMap Remove(YamlMap root, string path)
    {
        var dot = path.IndexOf('.');
        if (dot < 0) return root with { Entries = root.Entries.Where(entry => entry.Key != path).ToEquatableArray() };
        return root.Find(path.Substring(0, dot)) is { Value: YamlMap below } section ? root with { Entries = root.Entries.Select(entry => entry == section ? entry with { Value = Remove(below, path.Substring(dot + 1)) } : entry).ToEquatableArray() } : root;
    }

    /// <summary>The paths of all values.</summary>
    public static IEnumerable<string> All(YamlMap root) =>
        root.Entries.SelectMany(entry => entry.Value is YamlMap map ? All(map).Select(below => $"{entry.Key}.{below}").Prepend(entry.Key) : [entry.Key]);

    /// <summary>The module that a value names; null where it names none.</summary>
    public static string? ModuleOf(YamlNode node) => (node as YamlScalar ?? (node as YamlMap)?.Find(ModuleNameKey)?.Value as YamlScalar)?.Text;

    /// <summary>A module that is a bare name, as the map that says the same.</summary>
    public static YamlMap AsMap(YamlNode module) => module as YamlMap ?? new YamlMap(module.Span, new[] { new YamlEntry(ModuleNameKey, module.Span, module) }.ToEquatableArray());

    private static YamlNode Set(YamlNode? node, string[] steps, int next, YamlNode value)
    {
        if (next == steps.Length) return value;
        if (node is YamlList list)
        {
            var place = PlaceOf(list, steps[next]);
            // A module is meant by its name: what it is replaced by has it, and nothing is no item.
            if (next == steps.Length - 1 && !steps[next].StartsWith("[", StringComparison.Ordinal))
            {
                if (value is YamlScalar { IsNull: true }) return list with { Items = list.Items.Where((_, index) => index != place).ToEquatableArray() };
                if (value is YamlMap options && options.Find(ModuleNameKey) is null)
                    value = options with { Entries = options.Entries.Prepend(new YamlEntry(ModuleNameKey, value.Span, new YamlScalar(value.Span, steps[next], IsQuoted: false))).ToEquatableArray() };
            }

            var item = Set(place < 0 ? new YamlScalar(value.Span, steps[next], IsQuoted: false) : list.Items[place], steps, next + 1, value);
            return list with { Items = (place < 0 ? list.Items.Append(item) : list.Items.Select((existing, index) => index == place ? item : existing)).ToEquatableArray() };
        }

        var map = node switch
        {
            YamlMap or YamlScalar { IsNull: false } => AsMap(node),
            _ => new YamlMap(value.Span, default),
        };
        var old = map.Find(steps[next]);
        var entry = new YamlEntry(steps[next], value.Span, Set(old?.Value, steps, next + 1, value));
        return map with { Entries = (old is null ? map.Entries.Append(entry) : map.Entries.Select(existing => existing == old ? entry : existing)).ToEquatableArray() };
    }

    /// <returns>-1 where the list has no such item.</returns>
    private static int PlaceOf(YamlList list, string step)
    {
        if (step.StartsWith("[", StringComparison.Ordinal)) return int.TryParse(step.Trim('[', ']'), NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < list.Items.Count ? place : -1;
        for (var index = 0; index < list.Items.Count; index++)
            if (ModuleOf(list.Items[index]) == step) return index;
        return -1;
    }

    private static string[] StepsOf(string path) => path.Replace("[", ".[").Split('.');
}
