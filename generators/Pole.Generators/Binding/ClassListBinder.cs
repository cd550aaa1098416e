using System.Text.RegularExpressions;

namespace Pole.Generators.Binding;

/// <summary>Checks a file of classes: <c>classes</c>, a map from class to its names, and <c>backgrounds</c>, names for prompts that a spec can include.</summary>
internal static class ClassListBinder
{
    /// <summary>Labels are bytes: 0 is background and 255 is ignored.</summary>
    private const int MostClasses = 254;

    public static BoundClassList Bind(SpecFile file, BuildNames names, BuildNames corpusNames)
    {
        var diagnostics = new List<SpecDiagnostic>(file.Diagnostics);
        var start = SourceSpan.StartOf(file.Path);
        if (!SpecPoint.IsUsable(file.CorpusName)) diagnostics.Add(new SpecDiagnostic(SpecRules.UnusableName, start, SpecBinder.UnusableName(file.CorpusName)));
        else if (names.EarlierNamesake(SpecName.Of(file)) is { } earlier)
            diagnostics.Add(new SpecDiagnostic(SpecRules.DuplicateName, start, $"the classes '{file.CorpusName}' are there already, in {earlier.Path}; rename one of the files"));
        foreach (var corpus in CorpusNames(file))
            if (!SpecPoint.IsUsable(corpus.Name)) diagnostics.Add(new SpecDiagnostic(SpecRules.UnusableName, start, SpecBinder.UnusableName(corpus.Name)));
            else if (corpusNames.EarlierNamesake(corpus) is { } other) diagnostics.Add(new SpecDiagnostic(SpecRules.DuplicateName, start, $"the corpus '{corpus.Name}' is there already, in {other.Path}; rename one of them"));
        var isUsable = diagnostics.Count == file.Diagnostics.Count;
        var classes = new List<BoundClass>();
        if (file.Root is not YamlMap root)
        {
            if (diagnostics.Count == 0) diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, file.Root?.Span ?? start, "a file of classes is a map with 'classes', such as 'classes: { duck: [duck, rubber duck], car: [car] }'"));
            return new BoundClassList(file.CorpusName, isUsable, default, default, diagnostics.ToEquatableArray());
        }

        var unknown = root.Entries.Where(entry => entry.Key is not (ClassFile.ClassesKey or ClassFile.BackgroundsKey)).ToList();
        foreach (var entry in unknown)
            diagnostics.Add(new SpecDiagnostic(SpecRules.UnknownKey, entry.KeySpan, $"unknown key '{entry.Key}'{Nearest.Hint(entry.Key, [ClassFile.ClassesKey, ClassFile.BackgroundsKey], "the keys are")}"));
        if (root.Find(ClassFile.BackgroundsKey) is { } backgrounds && !IsNames(backgrounds.Value))
            diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, backgrounds.Value.Span, "'backgrounds' is a list of names, such as [floor, table]"));
        if (root.Find(ClassFile.ClassesKey) is not { } given)
        {
            // A misspelt key is said already.
            if (unknown.Count == 0) diagnostics.Add(new SpecDiagnostic(SpecRules.MissingKey, start, "the key 'classes' is missing"));
        }
        else if (given.Value is not YamlMap { Entries.Count: > 0 } map) diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, given.Value.Span, "'classes' is a map from class to its names, with one class or more, such as { duck: [duck, rubber duck] }"));
        else
        {
            classes.AddRange(map.Entries.Select(entry => BindClass(entry, file, diagnostics)));
            if (classes.Count > MostClasses) diagnostics.Add(new SpecDiagnostic(SpecRules.OutOfRange, map.Entries[MostClasses].KeySpan, $"{classes.Count} classes; labels are bytes, so {MostClasses} are the most"));
            CheckNamesOfOthers(map, file, diagnostics);
        }

        return new BoundClassList(file.CorpusName, isUsable, classes.ToEquatableArray(), Corpora(file, classes, diagnostics.ToEquatableArray()).ToEquatableArray(), diagnostics.ToEquatableArray());
    }

    /// <summary>The corpora that a file makes, before it is known whether it is sound: that of its own name, and one for each list of names with a name.</summary>
    public static IEnumerable<SpecName> CorpusNames(SpecFile file) =>
        ClassFile.Corpora(file).Select(name => new SpecName(SpecKind.Corpus, name, null, Identifiers.ToPascalCase(name), file.Path));

    private static BoundClass BindClass(YamlEntry entry, SpecFile file, List<SpecDiagnostic> diagnostics)
    {
        if (entry.Key.Equals("background", StringComparison.OrdinalIgnoreCase)) diagnostics.Add(new SpecDiagnostic(SpecRules.NameTwice, entry.KeySpan, $"'{entry.Key}' is label 0 of every label map; leave the class out, or call it otherwise"));
        string? color = null;
        if (entry.Value is YamlMap map)
        {
            foreach (var other in map.Entries.Where(other => other.Key is not (ClassFile.NamesKey or ClassFile.ColorKey)))
                diagnostics.Add(new SpecDiagnostic(SpecRules.UnknownKey, other.KeySpan, $"unknown key '{other.Key}' in 'classes.{entry.Key}'{Nearest.Hint(other.Key, [ClassFile.NamesKey, ClassFile.ColorKey], "the keys are")}"));
            if (map.Find(ClassFile.ColorKey) is { } given)
            {
                color = ClassFile.Color(entry);
                if (color is null || !Regex.IsMatch(color, "^#[0-9a-f]{6}$")) diagnostics.Add(new SpecDiagnostic(SpecRules.OutOfRange, given.Value.Span, $"the colour of '{entry.Key}' is written as \"#rrggbb\", such as \"#2060c0\""));
            }
        }

        var lists = new List<(string Corpus, CorpusClass Names)>();
        foreach (var (corpus, node) in ClassFile.Lists(entry, file))
        {
            if (node is not YamlScalar { IsNull: true } && !IsNames(node)) diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, node.Span, $"'{entry.Key}' is a list of names, the ground-truth name first, such as [{entry.Key}, …], or a map with 'names' and 'color'"));
            else
            {
                foreach (var twice in ((node as YamlList)?.Items.Cast<YamlScalar>() ?? []).GroupBy(scalar => scalar.Text, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.ElementAt(1)))
                    diagnostics.Add(new SpecDiagnostic(SpecRules.NameTwice, twice.Span, $"'{entry.Key}' has the name '{twice.Text}' twice"));
                lists.Add((corpus, new CorpusClass(entry.Key, ClassFile.Names(entry, node).ToEquatableArray())));
            }
        }

        return new BoundClass(entry.Key, color, lists.Select(list => new BoundClassNames(list.Corpus, list.Names)).ToEquatableArray());
    }

    /// <summary>A name that two classes have says nothing about which of them an image shows.</summary>
    private static void CheckNamesOfOthers(YamlMap classes, SpecFile file, List<SpecDiagnostic> diagnostics)
    {
        var owners = new Dictionary<(string, string), string>();
        foreach (var entry in classes.Entries)
        foreach (var (corpus, node) in ClassFile.Lists(entry, file))
        foreach (var name in (node as YamlList)?.Items.OfType<YamlScalar>() ?? [])
        {
            var key = (corpus, name.Text.ToLowerInvariant());
            if (!owners.TryGetValue(key, out var owner)) owners.Add(key, entry.Key);
            else if (owner != entry.Key) diagnostics.Add(new SpecDiagnostic(SpecRules.NameTwice, name.Span, $"'{name.Text}' is a name of '{owner}' too; where that is meant, keep the names in a file under corpora/"));
        }
    }

    private static IEnumerable<BoundCorpus> Corpora(SpecFile file, IReadOnlyList<BoundClass> classes, EquatableArray<SpecDiagnostic> diagnostics) =>
        CorpusNames(file).Select(corpus => new BoundCorpus(corpus.Name, true, classes.SelectMany(bound => bound.Lists).Where(list => list.Corpus == corpus.Name).Select(list => list.Names).ToEquatableArray(), diagnostics));

    private static bool IsNames(YamlNode node) => node is YamlList { Items.Count: > 0 } list && list.Items.All(item => item is YamlScalar { IsNull: false } name && name.Text.Trim().Length > 0);
}
