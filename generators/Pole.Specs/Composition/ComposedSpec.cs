using Pole.Specs.Diagnostics;
using Pole.Specs.Yaml;

namespace Pole.Specs.Composition;

/// <summary>What an experiment's file says with everything that it extends: one experiment, or the points of its sweep.</summary>
/// <param name="Points">Empty where a diagnostic says why.</param>
/// <param name="IsSweep">The file itself is no experiment, its points are.</param>
public sealed record ComposedSpec(SpecFile File, EquatableArray<SpecPoint> Points, bool IsSweep, EquatableArray<SpecDiagnostic> Diagnostics)
{
    /// <summary>Every file that a value may come from.</summary>
    public EquatableArray<SpecFile> Sources { get; init; }
}

/// <summary>One resolved experiment.</summary>
/// <param name="Name">Path below the specs' root: the file's, and the point's where there is a sweep.</param>
public sealed record SpecPoint(string Name, YamlMap Root)
{
    public string ExecutableName => $"pole-{Name.Replace('/', '-')}";

    /// <summary>Bytes of an executable's name in UTF-8: file systems take 255 for a name, and what is written first under a temporary one has a few more.</summary>
    public const int LongestExecutableName = 220;

    public bool IsTooLong => System.Text.Encoding.UTF8.GetByteCount(ExecutableName) > LongestExecutableName;

    /// <summary>Letters, digits, dots, hyphens, underscores and spaces: what executables and generated files can be called everywhere.</summary>
    public static bool IsUsable(string name) => name.All(character => char.IsLetterOrDigit(character) || character is '.' or '-' or '_' or ' ' or '/');
}
