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
}
