using Pole.Specs.Composition;

namespace Pole.Runner.Specs;

/// <summary>Which files below the folder of specs are specs, decided by where they stand: the rule of generators/Pole.Build/Pole.Specs.targets.</summary>
internal static class SpecFiles
{
    public const string Extension = ".yaml";

    private const string JsonExtension = ".json";

    /// <summary>A folder with this file holds no specs, nor does anything below it. Runs and launches have it, since their files are YAML too.</summary>
    public const string NoSpecsFile = ".pole-no-specs";

    private static readonly string[] ReservedFolders = ["bin", "obj", "runs", "machines"];

    /// <summary>Paths below a folder, with slashes, in order.</summary>
    public static IReadOnlyList<string> In(string folder) => Among(FileTree.Files(folder, skipInaccessible: true));

    /// <param name="paths">All files below a folder, with slashes.</param>
    public static IReadOnlyList<string> Among(IEnumerable<string> paths)
    {
        var files = paths.Select(path => path.Split('/')).Where(parts => !ReservedFolders.Contains(parts[0])).ToList();
        var withoutSpecs = files.Where(parts => parts[^1] == NoSpecsFile).Select(FolderOf).ToHashSet(StringComparer.Ordinal);
        return [.. files.Where(parts => IsSpec(string.Join('/', parts)) && !parts.Any(part => part.StartsWith('.')) && !Folders(parts).Any(withoutSpecs.Contains))
            .Select(parts => string.Join('/', parts)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether a file is one by its name: YAML, and JSON where it is of descriptions.</summary>
    /// <param name="path">Below the folder of specs, with slashes.</param>
    public static bool IsSpec(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) || path.EndsWith(JsonExtension, StringComparison.OrdinalIgnoreCase) && SpecFile.KindOf(path) == SpecKind.Descriptions;

    /// <summary>Writes that a folder holds no specs.</summary>
    public static void Exclude(string folder) => File.WriteAllText(Path.Combine(folder, NoSpecsFile), "The build takes no YAML file of this folder for a spec.\n");

    private static string FolderOf(string[] parts) => string.Join('/', parts[..^1]);

    private static IEnumerable<string> Folders(string[] parts) => Enumerable.Range(0, parts.Length).Select(depth => string.Join('/', parts[..depth]));
}
