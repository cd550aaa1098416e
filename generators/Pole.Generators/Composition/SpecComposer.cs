using Pole.Generators.Diagnostics;
using Pole.Generators.Yaml;

namespace Pole.Generators.Composition;

/// <summary>An experiment with its bases merged in.</summary>
/// <param name="Root">Null where a diagnostic says why.</param>
internal sealed record ComposedSpec(SpecFile File, YamlMap? Root, EquatableArray<SpecDiagnostic> Diagnostics);

/// <summary>
/// Follows <c>extends</c>, of several bases the later over the earlier: maps merge deeply, scalars and lists are replaced, null stands for a key that is not given. A map whose <c>name</c>
/// differs names another module and replaces the base's, whose options would mean nothing to it.
/// </summary>
internal static class SpecComposer
{
    private const string ExtendsKey = "extends";
    private const string ModuleNameKey = "name";

    public static ComposedSpec Compose(SpecFile file, SpecSet specs)
    {
        var diagnostics = new List<SpecDiagnostic>(file.Diagnostics);
        var root = Resolve(file, specs, [file], diagnostics);
        return new ComposedSpec(file, diagnostics.Count == 0 ? root : null, diagnostics.ToEquatableArray());
    }

    private static YamlMap? Resolve(SpecFile file, SpecSet specs, List<SpecFile> chain, List<SpecDiagnostic> diagnostics)
    {
        if (file.Root is not YamlMap own)
        {
            if (file.Diagnostics.Count == 0)
                diagnostics.Add(new SpecDiagnostic(Rules.WrongType.Id, file.Root?.Span ?? SourceSpan.StartOf(file.Path), "a spec is a map of keys, such as 'description: …'"));
            return null;
        }

        if (own.Find(ExtendsKey) is not { } extends) return own;

        var rest = own with { Entries = own.Entries.Where(entry => entry != extends).ToEquatableArray() };
        var targets = extends.Value is YamlList list ? list.Items : new[] { extends.Value }.ToEquatableArray();
        YamlMap? merged = null;
        foreach (var node in targets)
        {
            if (node is not YamlScalar { Text.Length: > 0 } target)
            {
                diagnostics.Add(new SpecDiagnostic(Rules.WrongType.Id, node.Span, "'extends' is the path of a spec, or a list of paths, relative to this one, such as ../base/clims.yaml"));
                continue;
            }

            if (ResolveBase(file, target, specs, chain, diagnostics) is not { } inherited) return diagnostics.Count > 0 ? rest : null;
            merged = merged is null ? inherited : Merge(merged, inherited);
        }

        return merged is null ? rest : Merge(merged, rest);
    }

    /// <returns>Null where a diagnostic, of this or of another spec, says why.</returns>
    private static YamlMap? ResolveBase(SpecFile file, YamlScalar target, SpecSet specs, List<SpecFile> chain, List<SpecDiagnostic> diagnostics)
    {
        var path = SpecSet.Resolve(file, target.Text);
        if (specs.Find(path) is not { } parent)
        {
            var names = specs.Files.Where(candidate => candidate.Path != file.Path).Select(candidate => RelativePath(file, candidate));
            diagnostics.Add(new SpecDiagnostic(Rules.BaseNotFound.Id, target.Span, $"there is no spec '{target.Text}'{Nearest.Hint(target.Text, names, "there are")}"));
            return null;
        }

        if (chain.Any(link => link.Path == parent.Path))
        {
            diagnostics.Add(new SpecDiagnostic(Rules.ExtendsCycle.Id, target.Span, $"the spec extends itself: {string.Join(" → ", chain.Append(parent).Select(link => link.Name))}"));
            return null;
        }

        if (parent.Kind != SpecKind.Experiment) diagnostics.AddRange(parent.Diagnostics);
        else if (parent.Diagnostics.Count > 0) return null;
        return Resolve(parent, specs, [.. chain, parent], diagnostics);
    }

    private static YamlMap Merge(YamlMap inherited, YamlMap own)
    {
        var entries = new List<YamlEntry>();
        foreach (var entry in inherited.Entries)
        {
            if (own.Find(entry.Key) is not { } over) entries.Add(entry);
            else if (entry.Value is YamlMap lower && over.Value is YamlMap upper && !NamesAnother(lower, upper)) entries.Add(over with { Value = Merge(lower, upper) });
            else entries.Add(over);
        }

        entries.AddRange(own.Entries.Where(entry => inherited.Find(entry.Key) is null));
        return own with { Entries = entries.ToEquatableArray() };
    }

    private static bool NamesAnother(YamlMap lower, YamlMap upper) =>
        upper.Find(ModuleNameKey)?.Value is YamlScalar above && lower.Find(ModuleNameKey)?.Value is YamlScalar below && above.Text != below.Text;

    private static string RelativePath(SpecFile from, SpecFile to)
    {
        var (here, there) = (from.Name.Split('/'), to.Name.Split('/'));
        var shared = 0;
        while (shared < here.Length - 1 && shared < there.Length - 1 && here[shared] == there[shared]) shared++;
        return string.Concat(Enumerable.Repeat("../", here.Length - 1 - shared)) + string.Join("/", there.Skip(shared)) + ".yaml";
    }
}
