using System.Globalization;

namespace Pole.Runner.Sharing;

/// <summary>
/// The runs of this user that compute on this machine at the moment: an empty file each, whose name says which cores it may have. Its process holds a lock on it, which the operating system takes back however
/// the process ends; files of the dead are deleted by whoever sees them.
/// </summary>
internal sealed class RunRegistry : IDisposable
{
    private readonly string folder;
    private readonly FileStream own;

    /// <exception cref="IOException">The folder cannot be written.</exception>
    public RunRegistry(string folder, IReadOnlyList<int> cores)
    {
        this.folder = Directory.CreateDirectory(folder).FullName;
        Own = new RegisteredRun(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow.Ticks:d19}-{Environment.ProcessId}"), cores);
        own = new FileStream(Path.Combine(folder, Own.FileName), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
    }

    public RegisteredRun Own { get; }

    /// <summary>This run and the others that live, in the order in which they began.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<RegisteredRun> Living()
    {
        var others = Directory.EnumerateFiles(folder).Select(path => RegisteredRun.Parse(Path.GetFileName(path))).OfType<RegisteredRun>().Where(run => run != Own && IsAlive(Path.Combine(folder, run.FileName)));
        // This run lives whether or not someone has cleaned its file away.
        return [.. others.Append(Own).OrderBy(run => run.Id, StringComparer.Ordinal)];
    }

    public void Dispose() => own.Dispose();

    /// <summary>Whether its process holds the lock. Who gets it deletes the file.</summary>
    private static bool IsAlive(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}

/// <param name="Id">Begins with the time at which it began.</param>
/// <param name="Cores">That it may have, ascending.</param>
internal sealed record RegisteredRun(string Id, IReadOnlyList<int> Cores)
{
    private const char Separator = '_', CoreSeparator = '.';

    public string FileName => $"{Id}{Separator}{string.Join(CoreSeparator, Cores)}";

    public bool Equals(RegisteredRun? other) => other?.FileName == FileName;

    public override int GetHashCode() => FileName.GetHashCode(StringComparison.Ordinal);

    /// <returns>Null where it is no file of a run.</returns>
    public static RegisteredRun? Parse(string file)
    {
        if (file.Split(Separator) is not [var id, var cores]) return null;
        var numbers = cores.Split(CoreSeparator).Select(core => int.TryParse(core, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToList();
        return numbers.Contains(-1) ? null : new RegisteredRun(id, numbers);
    }
}
