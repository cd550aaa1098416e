using System.Reflection;

namespace Pole.Generators.Tests;

/// <summary>The specs of this repository.</summary>
internal static class CheckedInSpecs
{
    public static string Root { get; } = Path.Combine(typeof(CheckedInSpecs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "experiments");

    public static SpecCompilation Compile() =>
        SpecCompilation.Of(Directory.EnumerateFiles(Root, "*.yaml", SearchOption.AllDirectories).Select(path => (Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path)))
            .Where(file => !file.Item1.StartsWith("bin/", StringComparison.Ordinal) && !file.Item1.StartsWith("obj/", StringComparison.Ordinal)).ToList());
}
