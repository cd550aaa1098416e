using Pole.Specs.Yaml;
using Pole.Specs.Diagnostics;

namespace Pole.Specs.Composition;

/// <summary>A key that has moved.</summary>
/// <param name="From">Its former path.</param>
/// <param name="To">Its path.</param>
/// <param name="Implied">Null for a value that moves. Else the YAML that the former key implies at <paramref name="To"/> where the spec has nothing there: the module that the value is an option of.</param>
public sealed record MovedKey(string From, string To, string? Implied);

/// <summary>Reads specs that have keys at their former paths.</summary>
public static class MovedKeys
{
    /// <summary>The spec with its values at their paths of today.</summary>
    /// <param name="moved">Called for each value that moves, with the place of the former key.</param>
    public static YamlMap Apply(YamlMap root, IEnumerable<MovedKey> keys, Action<SourceSpan, MovedKey> moved)
    {
        var (result, emptied) = (root, new List<string>());
        foreach (var key in keys)
        {
            if (SpecPath.FindEntry(root, key.From) is not { Value: not YamlScalar { IsNull: true } } former) continue;
            if (key.Implied is null)
            {
                result = SpecPath.Set(result, key.To, former.Value);
                moved(former.KeySpan, key);
            }
            else if (SpecPath.Find(result, key.To) is null or YamlScalar { IsNull: true }) result = SpecPath.Set(result, key.To, Placed(YamlReader.Read(former.KeySpan.Path, key.Implied).Root!, former.KeySpan));
            if (key.Implied is null || former.Value is YamlMap) emptied.Add(key.From);
        }

        // The longest first: a section of former keys is empty when they are gone.
        foreach (var path in emptied.Distinct().OrderByDescending(path => path.Length)) result = SpecPath.Remove(result, path);
        return result;
    }

    private static YamlNode Placed(YamlNode node, SourceSpan span) => node switch
    {
        YamlList list => list with { Span = span, Items = list.Items.Select(item => Placed(item, span)).ToEquatableArray() },
        YamlMap map => map with { Span = span, Entries = map.Entries.Select(entry => entry with { KeySpan = span, Value = Placed(entry.Value, span) }).ToEquatableArray() },
        _ => node with { Span = span },
    };
}
