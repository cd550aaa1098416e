using Pole.Generators.Diagnostics;
using Pole.Generators.Yaml;

namespace Pole.Generators.Composition;

internal enum SpecKind
{
    Experiment,
    Base,
    Corpus,
}

/// <summary>A YAML file of the build.</summary>
/// <param name="Name">Path below the specs' root, without extension: <c>shapes/pole</c>.</param>
internal sealed record SpecFile(string Path, string Name, SpecKind Kind, YamlNode? Root, EquatableArray<SpecDiagnostic> Diagnostics)
{
    public string ExecutableName => $"pole-{Name.Replace('/', '-')}";

    public string CorpusName => Name.Substring(Name.LastIndexOf('/') + 1);

    /// <summary>Letters, digits, dots, hyphens, underscores and spaces: what executables and generated files can be called everywhere.</summary>
    public bool HasUsableName => Name.All(character => char.IsLetterOrDigit(character) || character is '.' or '-' or '_' or ' ' or '/');
}
