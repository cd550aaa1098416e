namespace Pole.Runner.Commands;

/// <summary>A folder on the command line that may have yet to be made.</summary>
internal static class GivenFolder
{
    /// <param name="option">For the message, such as <c>--runs</c>.</param>
    /// <returns>The whole path.</returns>
    /// <exception cref="ExperimentException">It, or what it would lie in, is a file.</exception>
    public static string Of(string option, string path)
    {
        var folder = Path.GetFullPath(path);
        for (var above = folder; above is not null; above = Path.GetDirectoryName(above))
        {
            if (Directory.Exists(above)) break;
            if (File.Exists(above)) throw new ExperimentException($"{option} {path}: {above} is a file; give a folder");
        }

        return folder;
    }
}
