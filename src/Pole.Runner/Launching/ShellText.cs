namespace Pole.Runner.Launching;

/// <summary>Words as a POSIX shell reads them.</summary>
internal static class ShellText
{
    public static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <param name="bare">A word that the shell is to expand.</param>
    public static string Line(IEnumerable<string> words, string bare) => string.Join(' ', words.Select(word => word == bare ? word : Quote(word)));
}
