namespace Pole.Generators.Binding;

/// <summary>Checks a corpus file: a map from class to a list of names.</summary>
internal static class CorpusBinder
{
    private static readonly ClassTextsWords Words = new(
        name => $"a corpus cannot be called '{name}': its class in C# would have the name of its only member; rename the file", name => $"the corpus '{name}' is",
        "a corpus is a map from class to names, such as 'boat: [boat, ship]'", className => $"'{className}' is a list of names, the ground-truth name first, such as [{className}, …]", className => $"a name of '{className}' is a text");

    public static BoundCorpus Bind(SpecFile file, BuildNames names) => ClassTextsBinder.Bind(file, file.Name, names, Words);
}
