using Pole.Specs.Diagnostics;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>
/// <c>${prompt.synonyms}</c>, as a whole value, is the value that the spec gives at that path; it is then checked as if it stood here. It may be
/// quoted, and has to be between the braces of a map in one line. Text is not put together from references.
/// </summary>
internal sealed class ReferenceResolver
{
    private readonly YamlMap root;
    private readonly List<SpecDiagnostic> diagnostics;

    /// <summary>Each target once, however many references lead to it.</summary>
    private readonly Dictionary<string, YamlNode> resolved = [];
    private readonly SpecSize size = new();
    private bool isTooLarge;

    private ReferenceResolver(YamlMap root, List<SpecDiagnostic> diagnostics) => (this.root, this.diagnostics) = (root, diagnostics);

    public static YamlMap Resolve(YamlMap root, List<SpecDiagnostic> diagnostics) => (YamlMap)new ReferenceResolver(root, diagnostics).Resolve(root, []);

    private YamlNode Resolve(YamlNode node, List<string> way)
    {
        switch (node)
        {
            case YamlMap map when HasReference(map):
                return map with { Entries = map.Entries.Select(entry => entry with { Value = Resolve(entry.Value, way) }).ToEquatableArray() };
            case YamlList list when HasReference(list):
                return list with { Items = list.Items.Select(item => Resolve(item, way)).ToEquatableArray() };
            case YamlScalar scalar when PathOf(scalar) is { } path:
                return Target(scalar, path, way);
            default:
                return node;
        }
    }

    private YamlNode Target(YamlScalar scalar, string path, List<string> way)
    {
        if (way.Contains(path)) return Fault(scalar, SpecRules.Reference, $"the reference comes back to itself: {string.Join(" → ", way.Append(path))}");
        if (!resolved.TryGetValue(path, out var value))
        {
            if (SpecPath.Find(root, path) is not { } target || target is YamlScalar { IsNull: true })
                return Fault(scalar, SpecRules.Reference, $"there is no value '{path}' to refer to; a default has to be written out{Nearest.Hint(path, SpecPath.All(root), "the spec gives")}");
            resolved[path] = value = Resolve(target, [.. way, path]);
        }

        if (size.Of(value) <= SpecSize.Most) return value with { Span = scalar.Span };
        // One place is enough: every reference on the way is as large.
        if (isTooLarge) return scalar;
        isTooLarge = true;
        return Fault(scalar, SpecRules.TooLarge, $"with its references, '{path}' has more than {SpecSize.Most} values");
    }

    private YamlScalar Fault(YamlScalar scalar, SpecRule rule, string message)
    {
        diagnostics.Add(new SpecDiagnostic(rule, scalar.Span, message));
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
