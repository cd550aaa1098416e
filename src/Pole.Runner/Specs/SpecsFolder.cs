using System.CommandLine;
using System.Reflection;

namespace Pole.Runner.Specs;

/// <summary>The folder that the experiments were compiled from, which the build writes into the assembly.</summary>
internal static class SpecsFolder
{
    private const string MetadataKey = "PoleSpecsFolder";

    public static Option<string?> CreateOption() => new("--specs") { Description = "Folder of the specs (default: the one that this was built from)." };

    /// <exception cref="ExperimentException">The folder is not there.</exception>
    public static string Of(ParseResult parsed, Option<string?> option)
    {
        var folder = parsed.GetValue(option) ?? Assembly.GetEntryAssembly()?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == MetadataKey)?.Value;
        return folder is not null && Directory.Exists(folder) ? Path.GetFullPath(folder) : throw new ExperimentException($"the folder of specs {folder} is not there: say where it is with --specs DIR");
    }
}
