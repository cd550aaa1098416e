namespace Pole.Specs.Diagnostics;

/// <summary>A diagnostic as plain data, which an incremental step may keep.</summary>
public sealed record SpecDiagnostic(SpecRule Rule, SourceSpan Span, string Message)
{
    public string Id => Rule.Id;
}
