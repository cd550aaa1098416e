using System.Text;
using Pole.Specs.Diagnostics;

namespace Pole.Runner.Specs;

/// <summary>Every rule of specs and builds as Markdown, from the table of rules.</summary>
internal static class DiagnosticsReference
{
    public static string Write()
    {
        var warnings = string.Join(", ", SpecRules.All.Where(rule => rule is { IsError: false, IsOfCode: false }).Select(rule => rule.Id));
        var code = string.Join(" and ", SpecRules.All.Where(rule => rule.IsOfCode).Select(rule => rule.Id));
        var text = new StringBuilder($"""
            # Diagnostics

            Written by `pole reference --diagnostics` from the table of rules. `dotnet build` reports each at the YAML's line and column. An `.editorconfig` in the project's folder, or above it, sets the severity of the warnings
            ({warnings}): `[*.yaml]`, then `pole_diagnostic.{SpecRules.RedundantOverride.Id}.severity = none`, `suggestion` or `error`. Errors stay errors: what they are about cannot be
            compiled. In this repository warnings are errors. {code} are of C# code, with `[*.cs]` and `dotnet_diagnostic`.

            """);
        foreach (var rule in SpecRules.All)
            text.Append($"\n## {rule.Id} {rule.Title}{(rule.IsError ? "" : " (warning)")}\n{string.Join(' ', new[] { rule.Meaning, rule.Fix.Length > 0 ? $"*Fix:* {rule.Fix}" : "" }.Where(part => part.Length > 0))}\n");
        return text.ToString();
    }
}
