using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Pole.Generators.Diagnostics;

/// <summary>A stretch of a file. Lines and columns count from 0.</summary>
internal readonly record struct SourceSpan(string Path, int Start, int Length, int StartLine, int StartColumn, int EndLine, int EndColumn)
{
    public static SourceSpan StartOf(string path) => new(path, 0, 0, 0, 0, 0, 0);

    public Location ToLocation() => Location.Create(Path, new TextSpan(Start, Length), new LinePositionSpan(new LinePosition(StartLine, StartColumn), new LinePosition(EndLine, EndColumn)));
}
