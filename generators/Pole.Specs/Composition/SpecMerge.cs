using Pole.Specs.Diagnostics;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>
/// One spec over another: maps merge deeply, scalars and lists are replaced, null stands for a key that is not given. A map whose <c>name</c>
/// differs names another module and replaces the base's, whose options would mean nothing to it. A map over a list of modules changes those that its keys name. <c>!append</c> and <c>!remove</c> change lists
/// and maps in place.
/// </summary>
internal static class SpecMerge
{
    private const string ModuleNameKey = "name";

    /// <param name="reportRedundant">Say where the upper spec repeats what the lower one has.</param>
    public static YamlMap Merge(YamlMap lower, YamlMap upper, List<SpecDiagnostic> diagnostics, bool reportRedundant)
    {
        var entries = new List<YamlEntry>();
        foreach (var entry in lower.Entries)
        {
            if (upper.Find(entry.Key) is not { } over) entries.Add(entry);
            else if (Combine(entry, over, diagnostics, reportRedundant) is { } combined) entries.Add(over with { Value = combined });
        }

        entries.AddRange(upper.Entries.Where(entry => lower.Find(entry.Key) is null));
        return upper with { Entries = entries.ToEquatableArray(), IsImplied = lower.IsImplied || upper.IsImplied, Defaults = upper.IsImplied ? upper.Defaults : lower.Defaults };
    }

    /// <summary>A map over a list of modules: each key is the name of one of them, null takes it out.</summary>
    public static YamlList MergeModules(YamlList list, YamlMap upper, List<SpecDiagnostic> diagnostics, bool reportRedundant)
    {
        List<YamlEntry> absent = [.. upper.Entries.Where(entry => list.Items.All(item => SpecPath.ModuleOf(item) != entry.Key))];
        // Keys at former paths do not say whether the base has their module.
        var added = upper.IsImplied ? absent.Where(entry => entry.Value is YamlMap).Select(entry => (YamlNode)Named(entry.Key, entry.KeySpan, (YamlMap)entry.Value)) : [];
        if (!upper.IsImplied) ReportAbsent(absent.Select(entry => new YamlScalar(entry.KeySpan, entry.Key, IsQuoted: false)), list.Items.Select(SpecPath.ModuleOf).OfType<string>(), diagnostics, "changed");
        foreach (var entry in upper.Entries.Where(entry => list.Items.Count(item => SpecPath.ModuleOf(item) == entry.Key) > 1))
            diagnostics.Add(new SpecDiagnostic(SpecRules.MisplacedTag, entry.KeySpan, $"the base has '{entry.Key}' more than once, and it is not said which is meant: give the whole list"));
        foreach (var entry in upper.Entries.Where(entry => entry.Value is not (YamlMap or YamlScalar { IsNull: true })))
            diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, entry.Value.Span, $"'{entry.Key}' must be a map of options that change those of the base, or '~' to leave the module out"));
        var changed = list.Items.Select(item => SpecPath.ModuleOf(item) is { } name && upper.Find(name) is { } over ? Combine(new YamlEntry(name, item.Span, SpecPath.AsMap(item)), over, diagnostics, reportRedundant) : item);
        return list with { Span = upper.Span, Items = changed.Where(item => item is not (null or YamlScalar { IsNull: true })).Select(item => item!).Concat(added).ToEquatableArray() };
    }

    private static YamlMap Named(string module, SourceSpan span, YamlMap options) => options with { Entries = options.Entries.Prepend(new YamlEntry(ModuleNameKey, span, new YamlScalar(span, module, IsQuoted: false))).ToEquatableArray() };

    /// <summary>The list that an implied map of changes stands for where no base gives one.</summary>
    public static YamlList Complete(YamlMap implied, List<SpecDiagnostic> diagnostics) => MergeModules(ListOf(implied.Defaults, implied.Span), implied, diagnostics, reportRedundant: false);

    public static YamlList ListOf(IEnumerable<string> modules, SourceSpan span) => new(span, modules.Select(module => (YamlNode)new YamlScalar(span, module, IsQuoted: false)).ToEquatableArray());

    /// <returns>Null where the key is taken back.</returns>
    private static YamlNode? Combine(YamlEntry lower, YamlEntry upper, List<SpecDiagnostic> diagnostics, bool reportRedundant)
    {
        if (lower.Value is YamlMap { IsImplied: true, Defaults.Count: > 0 } implied && upper.Value is YamlList { Tag: YamlTag.Append or YamlTag.Remove }) lower = lower with { Value = Complete(implied, diagnostics) };
        switch (lower.Value, upper.Value)
        {
            case (YamlList list, YamlList { Tag: YamlTag.Append } more):
                return list with { Span = more.Span, Items = list.Items.Concat(more.Items).ToEquatableArray() };
            case (YamlList list, YamlList { Tag: YamlTag.Remove } less):
                // A module goes by its name, whatever its options are.
                ReportAbsent(less.Items.Where(gone => list.Items.All(item => Text(item) != Text(gone))), list.Items.Select(item => SpecPath.ModuleOf(item) ?? Text(item)).Distinct(), diagnostics);
                return list with { Span = less.Span, Items = list.Items.Where(item => less.Items.All(gone => Text(gone) != Text(item) && Text(gone) != SpecPath.ModuleOf(item))).ToEquatableArray() };
            case (YamlList list, YamlMap { Tag: YamlTag.None } modules) when list.Items.Any(item => SpecPath.ModuleOf(item) is { } name && (item is YamlMap || modules.IsImplied || modules.Find(name) is not null)):
                return MergeModules(list, modules, diagnostics, reportRedundant);
            case (YamlMap map, YamlList { Tag: YamlTag.Remove } less):
                ReportAbsent(less.Items, map.Entries.Select(entry => entry.Key), diagnostics);
                return map with { Entries = map.Entries.Where(entry => less.Items.All(gone => Text(gone) != entry.Key)).ToEquatableArray() };
            case (_, YamlScalar { Tag: YamlTag.Remove, Text: "" }):
                return null;
            case (_, { Tag: YamlTag.Append or YamlTag.Remove } node):
                diagnostics.Add(new SpecDiagnostic(SpecRules.MisplacedTag, node.Span, $"!{node.Tag.ToString().ToLowerInvariant()} does not fit: '{lower.Key}' is {Describe(lower.Value)} in the base, and this is {Describe(node)}"));
                return node;
            case (YamlMap below, YamlMap above) when !NamesAnother(below, above):
                return Merge(below, above, diagnostics, reportRedundant);
            default:
                if (reportRedundant && !upper.Value.IsImplied && Same(lower.Value, upper.Value))
                    diagnostics.Add(new SpecDiagnostic(SpecRules.RedundantOverride, upper.KeySpan, $"'{upper.Key}' is {Text(upper.Value)} in the base already ({System.IO.Path.GetFileName(lower.Value.Span.Path)}, line {lower.Value.Span.StartLine + 1}): leave it out"));
                return upper.Value;
        }
    }

    private static void ReportAbsent(IEnumerable<YamlNode> gone, IEnumerable<string> present, List<SpecDiagnostic> diagnostics, string change = "removed")
    {
        var all = present.ToList();
        foreach (var node in gone.Where(node => !all.Contains(Text(node))))
            diagnostics.Add(new SpecDiagnostic(SpecRules.MisplacedTag, node.Span, $"'{Text(node)}' cannot be {change}: the base does not have it{Nearest.Hint(Text(node), all, "it has")}"));
    }

    private static bool NamesAnother(YamlMap lower, YamlMap upper) =>
        upper.Find(ModuleNameKey)?.Value is YamlScalar above && lower.Find(ModuleNameKey)?.Value is YamlScalar below && above.Text != below.Text;

    private static bool Same(YamlNode one, YamlNode other) => (one, other) switch
    {
        (YamlScalar a, YamlScalar b) => a.Text == b.Text && a.IsQuoted == b.IsQuoted,
        (YamlList a, YamlList b) => a.Items.Count == b.Items.Count && a.Items.Zip(b.Items, Same).All(same => same),
        _ => false,
    };

    private static string Text(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => "not given",
        YamlScalar scalar => scalar.Text,
        YamlList list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        YamlMap map => $"{{ {string.Join(", ", map.Entries.Select(entry => $"{entry.Key}: {Text(entry.Value)}"))} }}",
        _ => "",
    };

    private static string Describe(YamlNode node) => node switch { YamlMap => "a map", YamlList => "a list", _ => "a single value" };
}
