using Pole.Generators.Emission;

namespace Pole.Generators.Binding;

/// <summary>Checks a corpus file: a map from class to a list of names.</summary>
internal static class CorpusBinder
{
    public static BoundCorpus Bind(SpecFile file, BuildNames names)
    {
        var diagnostics = new List<SpecDiagnostic>(file.Diagnostics);
        var start = SourceSpan.StartOf(file.Path);
        if (!SpecPoint.IsUsable(file.Name)) diagnostics.Add(new SpecDiagnostic(SpecRules.UnusableName, start, SpecBinder.UnusableName(file.Name)));
        else if (Identifiers.ToPascalCase(file.CorpusName) == CorpusEmitter.Member)
            diagnostics.Add(new SpecDiagnostic(SpecRules.UnusableName, start, $"a corpus cannot be called '{file.CorpusName}': its class in C# would have the name of its only member; rename the file"));
        else if (names.EarlierNamesake(SpecName.Of(file)) is { } earlier)
            diagnostics.Add(new SpecDiagnostic(SpecRules.DuplicateName, start, $"the corpus '{file.CorpusName}' is there already, in {earlier.Path}; rename one of the files"));
        var isUsable = diagnostics.Count == file.Diagnostics.Count;
        var classes = new List<CorpusClass>();
        if (file.Root is YamlMap map)
            foreach (var entry in map.Entries) AddClass(entry, classes, diagnostics);
        else if (diagnostics.Count == 0)
            diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, file.Root?.Span ?? start, "a corpus is a map from class to names, such as 'boat: [boat, ship]'"));
        return new BoundCorpus(file.CorpusName, isUsable, classes.ToEquatableArray(), diagnostics.ToEquatableArray());
    }

    private static void AddClass(YamlEntry entry, List<CorpusClass> classes, List<SpecDiagnostic> diagnostics)
    {
        if (entry.Value is YamlList { Items.Count: > 0 } list && list.Items.All(item => item is YamlScalar { Text.Length: > 0 }))
            classes.Add(new CorpusClass(entry.Key, list.Items.Select(item => ((YamlScalar)item).Text).ToEquatableArray()));
        else
            diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, entry.Value.Span, $"'{entry.Key}' is a list of names, the ground-truth name first, such as [{entry.Key}, …]"));
    }
}
