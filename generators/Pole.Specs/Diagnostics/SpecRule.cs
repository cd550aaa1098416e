namespace Pole.Specs.Diagnostics;

/// <summary>A rule of specs.</summary>
/// <param name="Id"><c>POLE0001</c>; never used for another rule.</param>
/// <param name="Title">The fault, as a noun.</param>
/// <param name="IsError">False for a warning, whose severity an .editorconfig sets.</param>
public sealed record SpecRule(string Id, string Title, bool IsError)
{
    /// <summary>Shown in C#; other rules are shown in YAML.</summary>
    public bool IsOfCode { get; init; }

    /// <summary>What is wrong, in Markdown; empty where the title says it.</summary>
    public string Meaning { get; init; } = "";

    /// <summary>What to do about it, in Markdown; empty where the meaning says it.</summary>
    public string Fix { get; init; } = "";
}
