namespace Pole.Specs.Diagnostics;

/// <summary>A diagnostic as plain data, which an incremental step may keep.</summary>
/// <param name="Id">One of <see cref="RuleIds"/>.</param>
public sealed record SpecDiagnostic(string Id, SourceSpan Span, string Message);
