using Microsoft.CodeAnalysis;

namespace Pole.Generators.Diagnostics;

/// <summary>The rules of specs as the compiler's own.</summary>
internal static class Rules
{
    public const string Category = "Pole.Specs";

    private static readonly Dictionary<SpecRule, DiagnosticDescriptor> All = SpecRules.All.ToDictionary(rule => rule, rule =>
        new DiagnosticDescriptor(rule.Id, rule.Title, "{0}", Category, rule.IsError ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, isEnabledByDefault: true, description: $"{rule.Meaning} {rule.Fix}".Trim()));

    public static DiagnosticDescriptor Of(SpecRule rule) => All[rule];
}
