using Pole.Specs.Diagnostics;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

public enum SpecKind
{
    Experiment,
    Base,
    Corpus,

    /// <summary>Classes of a data set.</summary>
    Classes,

    /// <summary>Sentences about classes, in YAML or JSON.</summary>
    Descriptions,
}

/// <summary>A YAML file of the build. Two are equal when name and text are: what the text says need not be compared.</summary>
/// <param name="Name">Path below the specs' root, without extension: <c>shapes/pole</c>.</param>
public sealed record SpecFile(string Path, string Name, SpecKind Kind, string Text, YamlNode? Root, EquatableArray<SpecDiagnostic> Diagnostics)
{
    /// <summary>What a file below the folder of specs is, decided by where it stands.</summary>
    /// <param name="path">With slashes.</param>
    public static SpecKind KindOf(string path) => path.Split('/')[0] switch { "base" => SpecKind.Base, "corpora" => SpecKind.Corpus, "datasets" => SpecKind.Classes, "descriptions" => SpecKind.Descriptions, _ => SpecKind.Experiment };

    /// <summary>What specs call the file when it is a corpus, a file of classes or one of descriptions.</summary>
    public string CorpusName => Name.Substring(Name.LastIndexOf('/') + 1);

    public static SpecFile Read(string path, string name, SpecKind kind, string text)
    {
        var (root, diagnostics) = YamlReader.Read(path, text);
        return new SpecFile(path, name, kind, text, root, diagnostics);
    }

    public bool Equals(SpecFile? other) => ReferenceEquals(this, other) || (other is not null && Kind == other.Kind && Path == other.Path && Name == other.Name && Text == other.Text);

    public override int GetHashCode() => Path.GetHashCode();
}
