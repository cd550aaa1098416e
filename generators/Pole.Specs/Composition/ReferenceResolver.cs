using Pole.Specs.Diagnostics;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>
/// <c>${prompt.synonyms}</c>, as a whole value, is the value that the spec gives at that path; it is then checked as if it stood here. It may be
/// quoted, and has to be between the braces of a map in one line. Text is not put together from references.
/// </summary>
internal static class ReferenceResolver
{
    public static YamlMap Resolve(YamlMap root, List<SpecDiagnostic> diagnostics) => (YamlMap)Resolve(root, root, [], diagnostics);

    private static YamlNode Resolve(YamlNode node, YamlMap root, List<string> way, List<SpecDiagnostic> diagnostics)
    {
        switch (node)
        {
            case YamlMap map when HasReference(map):
                return map with { Entries = map.Entries.Select(entry => entry with { Value = Resolve(entry.Value, root, way, diagnostics) }).ToEquatableArray() };
            case YamlList list when HasReference(list):
                return list with { Items = list.Items.Select(item => Resolve(item, root, way, diagnostics)).ToEquatableArray() };
            case YamlScalar scalar when PathOf(scalar) is { } path:
                if (way.Contains(path))
                    return Fault(scalar, $"the reference comes back to itself: {string.Join(" → ", way.Append(path))}", diagnostics);
                if (SpecPath.Find(root, path) is not { } target || target is YamlScalar { IsNull: true })
                    return Fault(scalar, $"there is no value '{path}' to refer to; a default has to be written out{Nearest.Hint(path, SpecPath.All(root), "the spec gives")}", diagnostics);
                return Resolve(target, root, [.. way, path], diagnostics) with { Span = scalar.Span };
            default:
                return node;
        }
    }

    private static YamlNode Fault(YamlScalar scalar, string message, List<SpecDiagnostic> diagnostics)
    {
        diagnostics.Add(new SpecDiagnostic(SpecRules.Reference, scalar.Span, message));
        return scalar;
    }

    private static bool HasReference(YamlNode node) => node switch
    {
        YamlMap map => map.Entries.Any(entry => HasReference(entry.Value)),
        YamlList list => list.Items.Any(HasReference),
        YamlScalar scalar => PathOf(scalar) is not null,
        _ => false,
    };

    private static string? PathOf(YamlScalar scalar) =>
        scalar.Text.StartsWith("${", StringComparison.Ordinal) && scalar.Text.EndsWith("}", StringComparison.Ordinal) ? scalar.Text.Substring(2, scalar.Text.Length - 3).Trim() : null;
}
