using System.Globalization;

namespace Pole.Runner.Runs;

/// <summary>Folders that are named by when something began.</summary>
internal static class StartedFolder
{
    private const string StartFormat = "yyyy-MM-dd'T'HH-mm-ss'Z'";
    private const int StartLength = 20;

    /// <summary>Makes a folder below another. It gets its name with its content: of two processes that begin in one second each has its own.</summary>
    /// <param name="fill">Writes into the folder before it has its name.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Create(string parent, Action<string> fill)
    {
        Directory.CreateDirectory(parent);
        var unnamed = Directory.CreateDirectory(Path.Combine(parent, $".{Path.GetRandomFileName()}")).FullName;
        try
        {
            fill(unnamed);
            return Named(unnamed, parent);
        }
        finally
        {
            if (Directory.Exists(unnamed)) Directory.Delete(unnamed, recursive: true);
        }
    }

    /// <summary>A name below a folder that says when something began, and that comes after every other there: what is asked for the latest goes by names, also after the clock was set back.</summary>
    internal static string FreeName(string parent)
    {
        var now = DateTimeOffset.UtcNow.ToString(StartFormat, CultureInfo.InvariantCulture);
        var latest = Directory.GetDirectories(parent).Select(path => Path.GetFileName(path)).Where(BeginsWithStart).Max(StringComparer.Ordinal);
        return Path.Combine(parent, string.CompareOrdinal(now, latest) > 0 ? now : Next(latest!));
    }

    private static string Named(string folder, string parent)
    {
        while (true)
        {
            var path = FreeName(parent);
            try
            {
                Directory.Move(folder, path);
                return path;
            }
            catch (IOException) when (Directory.Exists(path))
            {
                // Another process was faster.
            }
        }
    }

    private static bool BeginsWithStart(string name) => name.Length >= StartLength && DateTimeOffset.TryParseExact(name[..StartLength], StartFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>Four digits behind a hyphen, so that the order of texts is that of numbers.</summary>
    private static string Next(string name)
    {
        var number = name.Length > StartLength && int.TryParse(name.AsSpan(StartLength + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;
        return string.Create(CultureInfo.InvariantCulture, $"{name[..StartLength]}-{number + 1:d4}");
    }
}
