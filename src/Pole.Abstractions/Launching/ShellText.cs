namespace Pole;

/// <summary>Words as a POSIX shell reads them.</summary>
public static class ShellText
{
    /// <summary>The word between quotation marks that nothing is expanded in.</summary>
    public static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
