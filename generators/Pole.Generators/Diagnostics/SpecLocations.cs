using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Pole.Generators.Diagnostics;

/// <summary>Plain diagnostics as the compiler's own.</summary>
internal static class SpecLocations
{
    public static Diagnostic ToDiagnostic(this SpecDiagnostic diagnostic) => Diagnostic.Create(Rules.Of(diagnostic.Rule), diagnostic.Span.ToLocation(), diagnostic.Message);

    private static Location ToLocation(this SourceSpan span) => Location.Create(span.Path, new TextSpan(span.Start, span.Length),
        new LinePositionSpan(new LinePosition(span.StartLine, span.StartColumn), new LinePosition(span.EndLine, span.EndColumn)));
}
