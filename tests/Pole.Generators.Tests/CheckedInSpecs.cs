using System.Reflection;

namespace Pole.Generators.Tests;

/// <summary>The specs of this repository.</summary>
internal static class CheckedInSpecs
{
    public static string Root { get; } = Path.Combine(typeof(CheckedInSpecs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "experiments");

    public static SpecCompilation Compile() => SpecCompilation.Of(Read());

    /// <summary>Paths below the root, in order.</summary>
    public static IReadOnlyList<(string Path, string Yaml)> Read() =>
    [
        .. Directory.EnumerateFiles(Root, "*.yaml", SearchOption.AllDirectories).Select(path => (Path: Path.GetRelativePath(Root, path).Replace('\\', '/'), Yaml: File.ReadAllText(path)))
            .Where(file => !file.Path.StartsWith("bin/", StringComparison.Ordinal) && !file.Path.StartsWith("obj/", StringComparison.Ordinal)).OrderBy(file => file.Path, StringComparer.Ordinal),
    ];
}
