using Pole.Specs.Diagnostics;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>
/// From a chain of files to the resolved specs of an experiment's file: <c>extends</c>, <c>!include</c>, <c>sweep</c>, <c>${references}</c>, in
/// this order.
/// </summary>
public sealed class SpecComposer
{
    public const string ExtendsKey = "extends";

    private readonly SpecChain chain;
    private readonly List<SpecDiagnostic> diagnostics = [];

    /// <summary>Each file once, however many ways lead to it.</summary>
    private readonly Dictionary<string, YamlMap?> composed = [];
    private readonly SpecSize size = new();

    private SpecComposer(SpecChain chain) => this.chain = chain;

    public static ComposedSpec Compose(SpecChain chain)
    {
        var composer = new SpecComposer(chain);
        var root = composer.Resolve(chain.File, [chain.File]);
        composer.diagnostics.AddRange(chain.File.Diagnostics);
        if (root is null || composer.HasErrors) return new ComposedSpec(chain.File, default, false, composer.diagnostics.ToEquatableArray());
        root = MovedKeys.Complete(root, composer.diagnostics);
        composer.ReportStrayTags(root);
        var (points, isSweep) = SweepExpander.Expand(chain.File, root, composer.size, composer.diagnostics);
        var resolved = points.Select(point => point with { Root = ReferenceResolver.Resolve(point.Root, composer.diagnostics) }).ToList();
        return new ComposedSpec(chain.File, composer.HasErrors ? default : resolved.ToEquatableArray(), isSweep, composer.diagnostics.Distinct().ToEquatableArray()) { Sources = chain.Others.Append(chain.File).ToEquatableArray() };
    }

    private bool HasErrors => diagnostics.Any(diagnostic => diagnostic.Rule.IsError);

    /// <param name="path">From the experiment's file to this one, for cycles.</param>
    /// <returns>Null where a diagnostic, of this or of another spec, says why.</returns>
    private YamlMap? Resolve(SpecFile file, List<SpecFile> path)
    {
        if (composed.TryGetValue(file.Path, out var known)) return known;
        var map = ResolveOnce(file, path);
        if (map is not null && size.Of(map) > SpecSize.Most)
        {
            // Whoever builds on this file has no value of it, and nothing to say of it.
            Report(SpecRules.TooLarge, map.Span, $"with what it extends and includes, the spec has more than {SpecSize.Most} values");
            map = null;
        }

        return composed[file.Path] = map;
    }

    private YamlMap? ResolveOnce(SpecFile file, List<SpecFile> path)
    {
        if (file.Root is not YamlMap own)
        {
            if (file.Diagnostics.Count == 0) Report(SpecRules.WrongType, file.Root?.Span ?? SourceSpan.StartOf(file.Path), "a spec is a map of keys, such as 'description: …'");
            return null;
        }

        var extends = own.Find(ExtendsKey);
        var rest = Include(MovedKeys.Apply(own with { Entries = own.Entries.Where(entry => entry != extends).ToEquatableArray() }, extends is not null, diagnostics), file, path);
        if (rest is not YamlMap map) return null;
        if (extends is null) return map;

        YamlMap? merged = null;
        foreach (var node in extends.Value is YamlList list ? list.Items : new[] { extends.Value }.ToEquatableArray())
        {
            if (node is not YamlScalar { Text.Length: > 0 } target)
            {
                Report(SpecRules.WrongType, node.Span, "'extends' is the path of a spec, or a list of paths, relative to this one, such as ../base/clims.yaml");
                return null;
            }

            if (ResolveOther(file, target, target.Text, path) is not { } inherited) return null;
            merged = merged is null ? inherited : SpecMerge.Merge(merged, inherited, diagnostics, reportRedundant: false);
        }

        return merged is null ? map : SpecMerge.Merge(merged, map, diagnostics, reportRedundant: true);
    }

    private YamlMap? ResolveOther(SpecFile file, YamlScalar place, string target, List<SpecFile> path)
    {
        if (chain.Find(SpecSet.Resolve(file, target)) is not { } other)
        {
            Report(SpecRules.BaseNotFound, place.Span, $"there is no spec '{target}'{NearestFile(target, [.. chain.Candidates.Where(name => name != file.Name).Select(name => RelativePath(file.Name, name))])}");
            return null;
        }

        if (path.Any(link => link.Path == other.Path))
        {
            Report(SpecRules.ExtendsCycle, place.Span, $"the spec extends itself: {string.Join(" → ", path.Append(other).Select(link => link.Name))}");
            return null;
        }

        diagnostics.AddRange(other.Diagnostics);
        return Resolve(other, [.. path, other]);
    }

    private static string NearestFile(string target, IReadOnlyList<string> files) =>
        files.FirstOrDefault(file => file == $"{target}.yaml") is { } whole ? $"; did you mean '{whole}'?" : Nearest.Hint(target, files, "there are");

    /// <summary>Puts the values of other files where they are included.</summary>
    private YamlNode? Include(YamlNode node, SpecFile file, List<SpecFile> path)
    {
        switch (node)
        {
            case YamlMap map:
                var entries = map.Entries.Select(entry => (entry, Value: Include(entry.Value, file, path))).ToList();
                return entries.Any(pair => pair.Value is null) ? null : map with { Entries = entries.Select(pair => pair.entry with { Value = pair.Value! }).ToEquatableArray() };
            case YamlList list:
                var items = list.Items.Select(item => Include(item, file, path)).ToList();
                return items.Contains(null) ? null : list with { Items = items.Select(item => item!).ToEquatableArray() };
            case YamlScalar { Tag: YamlTag.Include } include:
                return Included(include, file, path);
            default:
                return node;
        }
    }

    private YamlNode? Included(YamlScalar include, SpecFile file, List<SpecFile> path)
    {
        var parts = include.Text.Split('#');
        if (parts.Length != 2 || parts[1].Length == 0)
        {
            Report(SpecRules.MisplacedTag, include.Span, "an include names a file and a key in it, such as !include ../base/trainings.yaml#clims");
            return null;
        }

        if (ResolveOther(file, include, parts[0], path) is not { } other) return null;
        if (SpecPath.Find(other, parts[1]) is { } found) return found;
        if (MovedKeys.PathOf(parts[1]) is { } moved && SpecPath.Find(other, moved) is { } elsewhere)
        {
            Report(SpecRules.DeprecatedKey, include.Span, $"'{parts[1]}' has moved to '{moved}'");
            return elsewhere;
        }

        Report(SpecRules.Reference, include.Span, $"{parts[0]} has no '{parts[1]}'{Nearest.Hint(parts[1], SpecPath.All(other), "it has")}");
        return null;
    }

    private void ReportStrayTags(YamlNode node)
    {
        if (node.Tag is YamlTag.Append or YamlTag.Remove)
            Report(SpecRules.MisplacedTag, node.Span, $"!{node.Tag.ToString().ToLowerInvariant()} has nothing to change: no base gives {(node is YamlMap ? "a map" : "a list")} here");
        foreach (var child in node switch { YamlMap map => map.Entries.Select(entry => entry.Value), YamlList list => list.Items, _ => [] }) ReportStrayTags(child);
    }

    private void Report(SpecRule rule, SourceSpan span, string message) => diagnostics.Add(new SpecDiagnostic(rule, span, message));

    private static string RelativePath(string from, string to)
    {
        var (here, there) = (from.Split('/'), to.Split('/'));
        var shared = 0;
        while (shared < here.Length - 1 && shared < there.Length - 1 && here[shared] == there[shared]) shared++;
        return string.Concat(Enumerable.Repeat("../", here.Length - 1 - shared)) + string.Join("/", there.Skip(shared)) + ".yaml";
    }
}
