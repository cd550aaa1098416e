namespace Pole.Generators.Binding;

/// <summary>Checks a file of descriptions: a map from class to a list of sentences, in YAML or JSON.</summary>
internal static class DescriptionsBinder
{
    private static readonly ClassTextsWords Words = new(
        name => $"descriptions cannot be called '{name}': their class in C# would have the name of its only member; rename the file", name => $"the descriptions '{name}' are",
        "descriptions are a map from class to sentences, such as 'boat: [\"a photo of a boat. it has a hull.\"]'", className => $"'{className}' is a list of one sentence or more, such as [\"a photo of {className}.\"]", className => $"a sentence about '{className}' is a text, such as \"a photo of {className}.\"");

    public static BoundCorpus Bind(SpecFile file, BuildNames names) => ClassTextsBinder.Bind(file, file.CorpusName, names, Words, Twice);

    private static IEnumerable<SpecDiagnostic> Twice(YamlEntry entry, IReadOnlyList<YamlScalar> sentences) => sentences.GroupBy(sentence => sentence.Text, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.ElementAt(1))
        .Select(twice => new SpecDiagnostic(SpecRules.NameTwice, twice.Span, $"'{entry.Key}' has the sentence \"{twice.Text}\" twice"));
}
