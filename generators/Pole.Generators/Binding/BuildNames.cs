using Pole.Generators.Composition;
using Pole.Generators.Emission;

namespace Pole.Generators.Binding;

/// <summary>The experiments and corpora of a build by name and path, in the order of their paths.</summary>
internal sealed record BuildNames(EquatableArray<FileName> Files)
{
    public IEnumerable<FileName> Experiments => Files.Where(file => file.Kind == SpecKind.Experiment);

    /// <summary>
    /// The earlier file of the same kind whose executable or whose class has the same name, or null. Case does not count: some
    /// file systems ignore it, and so does the compiler in the names of generated files.
    /// </summary>
    public FileName? EarlierNamesake(SpecFile file)
    {
        var name = FileName.Of(file);
        return Files.TakeWhile(other => other.Path != file.Path).FirstOrDefault(other => other.Kind == file.Kind
            && (Same(other.TypeName, name.TypeName) || (name.ExecutableName is not null && Same(other.ExecutableName, name.ExecutableName))));
    }

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What a file is called: in YAML, as an executable where it is an experiment, and as a C# type.</summary>
internal sealed record FileName(SpecKind Kind, string Name, string? ExecutableName, string TypeName, string Path)
{
    public static FileName Of(SpecFile file)
    {
        if (file.Kind == SpecKind.Corpus) return new FileName(file.Kind, file.CorpusName, null, Identifiers.ToPascalCase(file.CorpusName), file.Path);
        var (space, type) = Identifiers.OfExperiment(file.Name);
        return new FileName(file.Kind, file.Name, file.ExecutableName, $"{space}.{type}", file.Path);
    }
}
