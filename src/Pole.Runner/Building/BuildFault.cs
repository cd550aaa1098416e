namespace Pole.Runner.Building;

/// <summary>A fault in MSBuild's canonical form, which shows as an error or warning of the build.</summary>
/// <param name="File">Below the folder of specs.</param>
internal sealed record BuildFault(string Id, string File, int Line, int Column, string Message, bool IsError = true)
{
    public string Format(string specsFolder) => $"{Path.Combine(specsFolder, File)}({Line},{Column}): {(IsError ? "error" : "warning")} {Id}: {Message.ReplaceLineEndings(" ")}";
}
