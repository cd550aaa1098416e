using System.Text;
using Pole.Specs.Diagnostics;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>
/// The points of a <c>sweep</c>: every combination of the listed values (a matrix), with lists under <c>zip</c> going side by side, without what
/// <c>exclude</c> matches, and with the points of <c>include</c>. A point is named from its values, so that it keeps its name when others come.
/// </summary>
internal static class SweepExpander
{
    private const string SweepKey = "sweep", ZipKey = "zip", ExcludeKey = "exclude", IncludeKey = "include", LimitKey = "limit";
    private const int DefaultLimit = 1_000;

    /// <summary>Bytes of a point's name in UTF-8: file systems take 255 for a name, and executables have the spec's in theirs.</summary>
    private const int LongestName = 160;

    private static readonly string[] Reserved = [ZipKey, ExcludeKey, IncludeKey, LimitKey];

    public static (IReadOnlyList<SpecPoint> Points, bool IsSweep) Expand(SpecFile file, YamlMap root, SpecSize size, List<SpecDiagnostic> diagnostics)
    {
        if (root.Find(SweepKey) is not { } entry || entry.Value is YamlScalar { IsNull: true }) return ([new SpecPoint(file.Name, Without(root))], false);
        if (entry.Value is not YamlMap sweep)
        {
            Report(entry.Value.Span, "a sweep is a map from paths of keys to lists of values, such as { prompt.synonyms: [2, 3, 4] }", diagnostics);
            return ([], true);
        }

        var axes = sweep.Entries.Where(candidate => !Reserved.Contains(candidate.Key)).Select(candidate => Axis([candidate], diagnostics)).ToList();
        if (sweep.Find(ZipKey)?.Value is YamlMap zip) axes.Add(Axis([.. zip.Entries], diagnostics));
        else if (sweep.Find(ZipKey) is { } wrong) Report(wrong.Value.Span, "'zip' is a map from paths of keys to lists of equal length", diagnostics);
        if (axes.Contains(null)) return ([], true);

        var included = Combinations(sweep.Find(IncludeKey), diagnostics);
        var count = axes.Count == 0 ? 0 : axes.Aggregate(1L, (product, axis) => Math.Min(product * axis!.Count, int.MaxValue)) + included.Count;
        if (count > SpecSize.MostPoints || count * size.Of(root) > SpecSize.MostOfPoints)
        {
            var extent = count > SpecSize.MostPoints ? $"more than {SpecSize.MostPoints} points" : $"{count} points of {size.Of(root)} values";
            diagnostics.Add(new SpecDiagnostic(SpecRules.TooLarge, entry.KeySpan, $"the sweep has {extent}, which is more than can be compiled: give fewer values, or split it into several specs"));
            return ([], true);
        }

        var limit = sweep.Find(LimitKey)?.Value is YamlScalar given && int.TryParse(given.Text, out var number) && number > 0 ? number : DefaultLimit;
        if (count > limit)
        {
            Report(entry.KeySpan, $"the sweep has {count} points, more than {limit}: give fewer values, or say 'limit: {count}' in it if they are meant", diagnostics);
            return ([], true);
        }

        var excluded = Combinations(sweep.Find(ExcludeKey), diagnostics);
        var paths = axes.SelectMany(axis => axis![0].Select(value => value.Path)).Concat(included.SelectMany(point => point.Select(value => value.Path))).Distinct().ToList();
        var all = (axes.Count == 0 ? [] : Product(axes!)).Where(point => !excluded.Any(hole => hole.All(value => point.Any(own => own.Path == value.Path && IsSame(own.Value, value.Value))))).Concat(included).ToList();
        ReportIdleExclusions(axes!, excluded, diagnostics);
        if (all.Count == 0) Report(entry.KeySpan, "the sweep has no point", diagnostics);

        var bare = Without(root);
        foreach (var twins in all.GroupBy(Exact).Where(group => group.Count() > 1))
            Report(twins.Last()[0].Value.Span, $"two points of the sweep are called '{file.Name}/{NameOf(twins.Last(), paths)}' and have the same values: leave one out", diagnostics);
        return (Named(all, paths).Select(point => new SpecPoint($"{file.Name}/{point.Name}", point.Values.Aggregate(bare, (map, value) => SpecPath.Set(map, value.Path, value.Value)))).ToList(), true);
    }

    /// <summary>Values that differ in nothing that a name can hold, or have more of it than a file can be called, are told apart by a digest of them; the first keeps the plain name.</summary>
    private static IEnumerable<(string Name, List<(string Path, YamlNode Value)> Values)> Named(IReadOnlyList<List<(string Path, YamlNode Value)>> points, List<string> paths)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var point in points)
        {
            var name = NameOf(point, paths);
            if (Encoding.UTF8.GetByteCount(name) > LongestName) name = $"{Beginning(name)}-{Digest(Exact(point))}";
            yield return (taken.Add(name) ? name : $"{name}-{Digest(Exact(point))}", point);
        }
    }

    private static string Beginning(string name)
    {
        while (Encoding.UTF8.GetByteCount(name) > LongestName - 9) name = name.Substring(0, name.Length - 1);
        return name.TrimEnd('-', '.');
    }

    /// <summary>FNV-1a (Fowler, Noll, Vo), the same on every machine.</summary>
    private static string Digest(string text) => text.Aggregate(2166136261u, (hash, character) => unchecked((hash ^ character) * 16777619u)).ToString("x8");

    private static YamlMap Without(YamlMap root) => root.Find(SweepKey) is { } sweep ? root with { Entries = root.Entries.Where(entry => entry != sweep).ToEquatableArray() } : root;

    /// <summary>Values that go together: those of one path, or of several side by side.</summary>
    private static List<List<(string Path, YamlNode Value)>>? Axis(IReadOnlyList<YamlEntry> entries, List<SpecDiagnostic> diagnostics)
    {
        foreach (var entry in entries)
        {
            if (entry.Value is YamlList { Items.Count: > 0 } list && list.Items.Count == ((entries[0].Value as YamlList)?.Items.Count ?? 0)) continue;
            Report(entry.Value.Span, entry.Value is YamlList { Items.Count: > 0 } ? $"lists under 'zip' go side by side: '{entry.Key}' has another number of values than '{entries[0].Key}'" : $"'{entry.Key}' is swept over a list of values, such as [2, 3, 4]", diagnostics);
            return null;
        }

        return [.. Enumerable.Range(0, ((YamlList)entries[0].Value).Items.Count).Select(index => entries.Select(entry => (entry.Key, ((YamlList)entry.Value).Items[index])).ToList())];
    }

    private static IEnumerable<List<(string Path, YamlNode Value)>> Product(IReadOnlyList<List<List<(string, YamlNode)>>> axes) =>
        axes.Aggregate(new[] { new List<(string, YamlNode)>() }.AsEnumerable(), (points, axis) => points.SelectMany(_ => axis, (point, value) => point.Concat(value).ToList()));

    private static List<List<(string Path, YamlNode Value)>> Combinations(YamlEntry? entry, List<SpecDiagnostic> diagnostics)
    {
        if (entry is null) return [];
        if (entry.Value is YamlList list && list.Items.All(item => item is YamlMap { Entries.Count: > 0 })) return [.. list.Items.Cast<YamlMap>().Select(map => map.Entries.Select(value => (value.Key, value.Value)).ToList())];
        Report(entry.Value.Span, $"'{entry.Key}' is a list of maps from paths of keys to values, such as [{{ prompt.corpus: bnc, prompt.synonyms: 4 }}]", diagnostics);
        return [];
    }

    private static void ReportIdleExclusions(IReadOnlyList<List<List<(string Path, YamlNode Value)>>> axes, List<List<(string Path, YamlNode Value)>> excluded, List<SpecDiagnostic> diagnostics)
    {
        var values = axes.SelectMany(axis => axis).SelectMany(value => value).ToList();
        foreach (var (path, value) in excluded.SelectMany(hole => hole).Where(part => !values.Any(own => own.Path == part.Path && IsSame(own.Value, part.Value))))
            Report(value.Span, $"nothing is excluded: '{path}' is never {Shown(value)} in the sweep", diagnostics);
    }

    /// <summary><c>corpus-chatgpt-synonyms-4</c>: the last key of each path, or as much of the path as tells it from the others.</summary>
    private static string NameOf(IEnumerable<(string Path, YamlNode Value)> point, List<string> paths) =>
        string.Join("-", point.Select(value => $"{ShortName(value.Path, paths).Replace('[', '-').Replace("]", "")}-{Text(value.Value)}"));

    private static string ShortName(string path, List<string> paths)
    {
        var keys = path.Split('.');
        for (var length = 1; length < keys.Length; length++)
        {
            var end = string.Join(".", keys.Skip(keys.Length - length));
            if (paths.Count(other => other == end || other.EndsWith($".{end}", StringComparison.Ordinal)) == 1) return end.Replace('.', '-');
        }

        return path.Replace('.', '-');
    }

    private static string Text(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => "none",
        YamlScalar scalar => Slug(scalar.Text),
        YamlList { Items.Count: 0 } => "none",
        YamlList list => string.Join("-", list.Items.Select(Text)),
        YamlMap map => string.Join("-", map.Entries.Select(entry => entry.Key == "name" ? Text(entry.Value) : $"{entry.Key}-{Text(entry.Value)}")),
        _ => "",
    };

    /// <summary>A point's values with nothing left out.</summary>
    private static string Exact(IEnumerable<(string Path, YamlNode Value)> point) => string.Join("\n", point.Select(value => $"{value.Path}={Exact(value.Value)}"));

    private static string Exact(YamlNode node) => node switch
    {
        YamlScalar { IsNull: true } => "~",
        YamlScalar scalar => $"{(scalar.IsQuoted ? "q" : "p")}{scalar.Text.Length}:{scalar.Text}",
        YamlList list => $"[{string.Join(",", list.Items.Select(Exact))}]",
        YamlMap map => $"{{{string.Join(",", map.Entries.Select(entry => $"{entry.Key.Length}:{entry.Key}={Exact(entry.Value)}"))}}}",
        _ => "",
    };

    /// <summary>Quotation marks make no other value of a text.</summary>
    private static bool IsSame(YamlNode one, YamlNode other) => (one, other) switch
    {
        (YamlScalar a, YamlScalar b) => a.IsNull == b.IsNull && (a.IsNull || a.Text == b.Text),
        (YamlList a, YamlList b) => a.Items.Count == b.Items.Count && a.Items.Zip(b.Items, IsSame).All(same => same),
        (YamlMap a, YamlMap b) => a.Entries.Count == b.Entries.Count && a.Entries.All(entry => b.Find(entry.Key) is { } match && IsSame(entry.Value, match.Value)),
        _ => false,
    };

    private static string Shown(YamlNode node) => node is YamlScalar { IsNull: false } scalar ? $"'{scalar.Text}'" : Text(node);

    private static string Slug(string text)
    {
        var characters = text.Select(character => char.IsLetterOrDigit(character) || character is '.' or '_' or '-' ? char.ToLowerInvariant(character) : '-').ToArray();
        return new string(characters).Trim('-', '.');
    }

    private static void Report(SourceSpan span, string message, List<SpecDiagnostic> diagnostics) => diagnostics.Add(new SpecDiagnostic(SpecRules.Sweep, span, message));
}
