using Pole.Generators.Emission;

namespace Pole.Generators.Binding;

/// <summary>The words in which a kind of files that give texts for classes is spoken of.</summary>
/// <param name="Called">a corpus cannot be called X: its class …; descriptions cannot be called X: their class …</param>
/// <param name="Map">What the file has to be.</param>
/// <param name="List">What the value of a class has to be.</param>
/// <param name="Text">What an item of its list has to be.</param>
internal sealed record ClassTextsWords(Func<string, string> Called, Func<string, string> IsThere, string Map, Func<string, string> List, Func<string, string> Text);

/// <summary>Checks a file of texts for classes: a map from class to a list of texts.</summary>
internal static class ClassTextsBinder
{
    /// <param name="name">What the file is called, as far as it has to be usable.</param>
    /// <param name="check">More that has to hold of the texts of a class.</param>
    public static BoundCorpus Bind(SpecFile file, string name, BuildNames names, ClassTextsWords words, Func<YamlEntry, IReadOnlyList<YamlScalar>, IEnumerable<SpecDiagnostic>>? check = null)
    {
        var diagnostics = new List<SpecDiagnostic>(file.Diagnostics);
        var start = SourceSpan.StartOf(file.Path);
        if (!SpecPoint.IsUsable(name)) diagnostics.Add(new SpecDiagnostic(SpecRules.UnusableName, start, SpecBinder.UnusableName(name)));
        else if (Identifiers.ToPascalCase(file.CorpusName) == CorpusEmitter.Member) diagnostics.Add(new SpecDiagnostic(SpecRules.UnusableName, start, words.Called(file.CorpusName)));
        else if (names.EarlierNamesake(SpecName.Of(file)) is { } earlier) diagnostics.Add(new SpecDiagnostic(SpecRules.DuplicateName, start, $"{words.IsThere(file.CorpusName)} there already, in {earlier.Path}; rename one of the files"));
        var isUsable = diagnostics.Count == file.Diagnostics.Count;
        var classes = new List<CorpusClass>();
        if (file.Root is YamlMap map)
            foreach (var entry in map.Entries)
            {
                var texts = new List<YamlScalar>();
                if (Fault(entry, words, texts) is { } fault)
                {
                    diagnostics.Add(fault);
                    continue;
                }

                diagnostics.AddRange(check?.Invoke(entry, texts) ?? []);
                classes.Add(new CorpusClass(entry.Key, texts.Select(text => text.Text).ToEquatableArray()));
            }
        else if (diagnostics.Count == 0) diagnostics.Add(new SpecDiagnostic(SpecRules.WrongType, file.Root?.Span ?? start, words.Map));
        return new BoundCorpus(file.CorpusName, isUsable, classes.ToEquatableArray(), diagnostics.ToEquatableArray());
    }

    /// <param name="texts">Receives the items of the list.</param>
    private static SpecDiagnostic? Fault(YamlEntry entry, ClassTextsWords words, List<YamlScalar> texts)
    {
        if (entry.Value is not YamlList { Items.Count: > 0 } list) return new SpecDiagnostic(SpecRules.WrongType, entry.Value.Span, words.List(entry.Key));
        foreach (var item in list.Items)
        {
            if (item is not YamlScalar { IsNull: false } text || text.Text.Trim().Length == 0) return new SpecDiagnostic(SpecRules.WrongType, item.Span, words.Text(entry.Key));
            texts.Add(text);
        }

        return null;
    }
}
