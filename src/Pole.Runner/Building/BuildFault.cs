using System.Reflection;
using Pole.Specs.Diagnostics;

namespace Pole.Runner.Building;

/// <summary>A fault in MSBuild's canonical form, which shows as an error or warning of the build.</summary>
/// <param name="File">Below the folder of specs.</param>
internal sealed record BuildFault(string Id, string File, int Line, int Column, string Message, bool IsError = true)
{
    /// <summary>What a file or a folder of the build is not as it should be; the message names it.</summary>
    public static BuildFault Of(Exception exception) => new(SpecRules.UncheckedExperiments.Id, "", 1, 1, exception.Message);

    /// <summary>As an .editorconfig has it, which the spec compiler writes into the assembly: null where the rule is switched off for the file.</summary>
    public BuildFault? Configured() => IsError ? this : Assembly.GetEntryAssembly()!.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == $"{Id} {File}")?.Value switch
    {
        "none" or "silent" or "suggestion" => null,
        "error" => this with { IsError = true },
        _ => this,
    };

    public string Format(string specsFolder) => $"{Place(specsFolder)}: {(IsError ? "error" : "warning")} {Id}: {OneLine}";

    /// <summary>Id, place and message, a line each.</summary>
    public string Lines(string specsFolder) => $"{Id}\n{Place(specsFolder)}\n{OneLine}\n";

    private string OneLine => Message.ReplaceLineEndings(" ");

    private string Place(string specsFolder) => $"{Path.Combine(specsFolder, File)}({Line},{Column})";
}
