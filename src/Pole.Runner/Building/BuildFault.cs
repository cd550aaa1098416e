using System.Reflection;

namespace Pole.Runner.Building;

/// <summary>A fault in MSBuild's canonical form, which shows as an error or warning of the build.</summary>
/// <param name="File">Below the folder of specs.</param>
internal sealed record BuildFault(string Id, string File, int Line, int Column, string Message, bool IsError = true)
{
    /// <summary>As an .editorconfig has it, which the spec compiler writes into the assembly: null where the rule is switched off for the file.</summary>
    public BuildFault? Configured() => IsError ? this : Assembly.GetEntryAssembly()!.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == $"{Id} {File}")?.Value switch
    {
        "none" or "silent" or "suggestion" => null,
        "error" => this with { IsError = true },
        _ => this,
    };

    public string Format(string specsFolder) => $"{Path.Combine(specsFolder, File)}({Line},{Column}): {(IsError ? "error" : "warning")} {Id}: {Message.ReplaceLineEndings(" ")}";
}
