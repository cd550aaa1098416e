using Pole.Generators.Emission;

namespace Pole.Generators.Binding;

/// <summary>Checks a file of descriptions: a map from class to a list of sentences, in YAML or JSON.</summary>
internal static class DescriptionsBinder
{
    public static BoundCorpus Bind(SpecFile file, BuildNames names)
    {
        var diagnostics = new List<SpecDiagnostic>(file.Diagnostics);
        var start = SourceSpan.StartOf(file.Path);
        if (!SpecPoint.IsUsable(file.CorpusName)) diagnostics.Add(new SpecDiagnostic(SpecRules.UnusableName, start, SpecBinder.UnusableName(file.CorpusName)));
        else if (Identifiers.ToPascalCase(file.CorpusName) == CorpusEmitter.Member)
            diagnostics.Add(new SpecDiagnostic(SpecRules.UnusableName, start, $"descriptions cannot be called '{file.CorpusName}': their class in C# would have the name of its only member; rename the file"));
        else if (names.EarlierNamesake(SpecName.Of(file)) is { } earlier)
            diagnostics.Add(new SpecDiagnostic(SpecRules.DuplicateName, start, $"the descriptions '{file.CorpusName}' are there already, in {earlier.Path}; rename one of the files"));
        var isUsable = diagnostics.Count == file.Diagnostics.Count;
        var classes = new List<CorpusClass>();
        if (file.Root is YamlMap map)
            foreach (var entry in map.Entries) AddClass(entry, classes, diagnostics);
        else if (diagnostics.Count == 0)
            diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, file.Root?.Span ?? start, "descriptions are a map from class to sentences, such as 'boat: [\"a photo of a boat. it has a hull.\"]'"));
        return new BoundCorpus(file.CorpusName, isUsable, classes.ToEquatableArray(), diagnostics.ToEquatableArray());
    }

    private static void AddClass(YamlEntry entry, List<CorpusClass> classes, List<SpecDiagnostic> diagnostics)
    {
        if (entry.Value is not YamlList { Items.Count: > 0 } list)
        {
            diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, entry.Value.Span, $"'{entry.Key}' is a list of one sentence or more, such as [\"a photo of {entry.Key}.\"]"));
            return;
        }

        if (list.Items.FirstOrDefault(item => item is not YamlScalar { IsNull: false } sentence || sentence.Text.Trim().Length == 0) is { } other)
        {
            diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, other.Span, $"a sentence about '{entry.Key}' is a text, such as \"a photo of {entry.Key}.\""));
            return;
        }

        foreach (var twice in list.Items.Cast<YamlScalar>().GroupBy(sentence => sentence.Text, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.ElementAt(1)))
            diagnostics.Add(new SpecDiagnostic(SpecRules.NameTwice, twice.Span, $"'{entry.Key}' has the sentence \"{twice.Text}\" twice"));
        classes.Add(new CorpusClass(entry.Key, list.Items.Select(item => ((YamlScalar)item).Text).ToEquatableArray()));
    }
}
