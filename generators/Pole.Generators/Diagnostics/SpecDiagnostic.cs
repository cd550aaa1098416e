using Microsoft.CodeAnalysis;

namespace Pole.Generators.Diagnostics;

/// <summary>A diagnostic as plain data, which an incremental step may keep.</summary>
internal sealed record SpecDiagnostic(string Id, SourceSpan Span, string Message)
{
    public Diagnostic ToDiagnostic() => Diagnostic.Create(Rules.ById(Id), Span.ToLocation(), Message);
}
