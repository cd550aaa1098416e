using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;

namespace Pole;

/// <summary>The error of a file that cannot be parsed; what often stands in the place of a file is recognised by its content.</summary>
internal static partial class InputFault
{
    private const int StartLength = 64, LongestReason = 300;

    private static readonly (string, string) Empty = ("it is empty", "get or write it again");

    public static ExperimentException Of(string path, string noun, string remedy, Exception exception)
    {
        if (DanglingLink(path) is { } target) return new ExperimentException($"{path} is a link to {target}, which does not exist; fix or remove the link", exception);
        if (IsMissing(path, exception)) return new ExperimentException($"{path} does not exist; {remedy}", exception);
        var (reason, action) = Impostor(path, exception) ?? (Reason(exception), remedy);
        // As compilers write a place; JSON is often read in parts, whose lines are not those of the file.
        var place = exception is XmlException { LineNumber: > 0 } xml ? $"({xml.LineNumber},{xml.LinePosition})" : "";
        return new ExperimentException($"{path}{place}: cannot be read as {noun}: {reason}; {action}", exception);
    }

    private static bool IsMissing(string path, Exception exception) => exception is FileNotFoundException or DirectoryNotFoundException && !Path.Exists(path);

    /// <returns>What it points to; null for no link, and for one to something that is there.</returns>
    private static string? DanglingLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is { } target && !InputFile.Info(path).Exists ? target : null;
        }
        catch (Exception)
        {
            // What failed first is what is reported.
            return null;
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        JsonException json => JsonReason(json),
        OutOfMemoryException or InsufficientExecutionStackException => "it asks for more memory than there is",
        FileNotFoundException { FileName: { } other } => $"{other} does not exist",
        UnauthorizedAccessException => "access is denied",
        // Messages of the runtime and of libtorch are about references, indices and C++, not about the file.
        _ when exception.GetType().Namespace is "System" or "System.Collections.Generic" or "System.Runtime.InteropServices" => $"its content is malformed ({exception.GetType().Name})",
        _ => FirstLine(exception.Message),
    };

    /// <summary>The runtime names its own types and settings. Lines are left out: JSON is often read in parts, whose lines are not those of the file.</summary>
    private static string JsonReason(JsonException exception)
    {
        var message = FirstLine(JsonPlace().Replace(exception.Message, ""));
        var at = exception.Path is { Length: > 1 } path ? $" at '{(path[1] == '.' ? path[2..] : path[1..])}'" : "";
        if (NotConverted().IsMatch(message)) return $"the value{at} is of another kind";
        if (NullInPlace().Match(message) is { Success: true } place) return $"'{place.Groups[1].Value}' is null";
        if (MissingKeys().Match(message) is { Success: true } missing) return $"it lacks {missing.Groups[1].Value}{at}";
        if (NothingThere().IsMatch(message)) return "it has nothing but blanks";
        if (CutOff().IsMatch(message)) return "it ends too early";
        return exception.BytePositionInLine is null ? message : $"its JSON is malformed{at}: {message}";
    }

    /// <summary>What the serializer puts behind its sentence.</summary>
    [GeneratedRegex(@" ?(Path: .*?\| )?LineNumber: \d+ \| BytePositionInLine: \d+\.?.*$", RegexOptions.Singleline)]
    private static partial Regex JsonPlace();

    [GeneratedRegex("^The JSON value could not be converted to ")]
    private static partial Regex NotConverted();

    [GeneratedRegex("^The (?:property or field|constructor parameter) '([^']*)' on type '.*' doesn't allow")]
    private static partial Regex NullInPlace();

    [GeneratedRegex("was missing required properties including: (.*)$")]
    private static partial Regex MissingKeys();

    [GeneratedRegex("^The input does not contain any JSON tokens")]
    private static partial Regex NothingThere();

    [GeneratedRegex("^Expected depth to be zero|reached end of data|^Expected end of (string|comment)")]
    private static partial Regex CutOff();

    private static string FirstLine(string message)
    {
        var line = message.Trim().Split('\r', '\n')[0].TrimEnd('.');
        return line.Length <= LongestReason ? line : $"{line[..LongestReason]}…";
    }

    private static (string Reason, string Remedy)? Impostor(string path, Exception exception)
    {
        try
        {
            if (Directory.Exists(path)) return exception is UnauthorizedAccessException ? ("it is a folder", "name a file") : null;
            if (!InputFile.HasContent(path)) return Empty;
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Span<byte> start = stackalloc byte[StartLength];
            return Impostor(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
        }
        catch (Exception)
        {
            // What failed first is what is reported.
            return null;
        }
    }

    private static (string, string)? Impostor(ReadOnlySpan<byte> start) => start switch
    {
        [] => Empty,
        _ when start.StartsWith("version https://git-lfs"u8) => ("it is a Git LFS pointer", "fetch the file with git lfs pull"),
        _ when start.TrimStart(" \r\n\t"u8) is var text && (text.StartsWith("<!DOCTYPE html"u8) || text.StartsWith("<html"u8)) => ("it is an HTML page", "the download failed: get the file again"),
        _ => null,
    };
}
