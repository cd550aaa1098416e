namespace Pole.Specs.Diagnostics;

/// <summary>A stretch of a file. Lines and columns count from 0.</summary>
public readonly record struct SourceSpan(string Path, int Start, int Length, int StartLine, int StartColumn, int EndLine, int EndColumn)
{
    public static SourceSpan StartOf(string path) => new(path, 0, 0, 0, 0, 0, 0);
}
