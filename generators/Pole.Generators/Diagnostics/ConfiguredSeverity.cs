using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Pole.Generators.Diagnostics;

/// <summary>What an .editorconfig says of a rule for a YAML file: <c>dotnet_diagnostic.POLE0022.severity = none</c>.</summary>
internal sealed record ConfiguredSeverity(string Path, string Id, string Severity)
{
    public static EquatableArray<ConfiguredSeverity> Read(AdditionalText text, AnalyzerConfigOptionsProvider options)
    {
        var settings = options.GetOptions(text);
        return Rules.Ids.Select(id => settings.TryGetValue($"dotnet_diagnostic.{id}.severity", out var severity) ? new ConfiguredSeverity(text.Path, id, severity.Trim().ToLowerInvariant()) : null)
            .OfType<ConfiguredSeverity>().ToEquatableArray();
    }

    /// <returns>Null where the rule is switched off. Errors of specs that cannot be compiled stay errors.</returns>
    public static Diagnostic? Apply(SpecDiagnostic diagnostic, EquatableArray<ConfiguredSeverity> configured)
    {
        var reported = diagnostic.ToDiagnostic();
        var setting = configured.FirstOrDefault(candidate => candidate.Path == diagnostic.Span.Path && candidate.Id == diagnostic.Id)?.Severity;
        if (reported.DefaultSeverity == DiagnosticSeverity.Error) return reported;
        return setting switch
        {
            "none" => null,
            "silent" => With(DiagnosticSeverity.Hidden),
            "suggestion" => With(DiagnosticSeverity.Info),
            "error" => With(DiagnosticSeverity.Error),
            _ => reported,
        };

        Diagnostic With(DiagnosticSeverity severity) => Diagnostic.Create(reported.Id, Rules.Category, reported.GetMessage(), severity, reported.DefaultSeverity, isEnabledByDefault: true, severity == DiagnosticSeverity.Error ? 0 : 1,
            reported.Descriptor.Title, location: reported.Location);
    }
}
