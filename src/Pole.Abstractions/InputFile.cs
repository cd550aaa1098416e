namespace Pole;

/// <summary>The boundary between a file from outside and the code: whatever fails while its content is parsed is one error with file, reason and remedy.</summary>
public static class InputFile
{
    /// <param name="noun">What the file should be, with its article: <c>a selection</c>.</param>
    /// <param name="remedy">What to do about it, for the person at the command line.</param>
    /// <param name="parse">Parses the content and computes nothing with it: a fault of ours in here is taken for one of the file.</param>
    /// <exception cref="ExperimentException">Parsing failed; the cause is its inner exception.</exception>
    public static T Read<T>(string path, string noun, string remedy, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception exception) when (exception is not (ExperimentException or OperationCanceledException))
        {
            throw InputFault.Of(path, noun, remedy, exception);
        }
    }

    /// <summary>Whether opening a file gives something: what has no length may be a pipe, which would be waited for without end.</summary>
    public static bool HasContent(string path) => Info(path) is not { Exists: true } file || file.Length > 0;

    /// <summary>What a path leads to: length and time of last change are those of the file, also where the path is a symbolic link to it, which has others of its own.</summary>
    public static FileInfo Info(string path) => new FileInfo(path) is { LinkTarget: not null } link && link.ResolveLinkTarget(returnFinalTarget: true) is { } target ? new FileInfo(target.FullName) : new FileInfo(path);

    /// <summary>Number of bytes of a file.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static long Length(string path) => Info(path).Length;

    /// <summary>The bytes of a file; none of one without length.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static byte[] Bytes(string path) => HasContent(path) ? File.ReadAllBytes(path) : [];

    /// <inheritdoc cref="Read{T}(string, string, string, Func{T})"/>
    public static void Read(string path, string noun, string remedy, Action parse) => Read(path, noun, remedy, () =>
    {
        parse();
        return true;
    });
}
