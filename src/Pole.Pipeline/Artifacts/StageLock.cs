namespace Pole.Pipeline.Artifacts;

/// <summary>
/// Held by the run that produces a result, so that another that needs the same waits for it. The operating system lets go when the process ends, however
/// it ends; the file stays.
/// </summary>
internal sealed class StageLock : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private const int PatientFailures = 5;

    private readonly FileStream file;

    private StageLock(FileStream file) => this.file = file;

    /// <param name="waiting">Called once where another run holds it.</param>
    /// <exception cref="IOException">The file cannot be opened, and not because another run holds it.</exception>
    /// <exception cref="OperationCanceledException">The wait was stopped.</exception>
    public static StageLock Take(string path, Action waiting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var (isFirst, failures) = (true, 0); ; isFirst = false)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return Open(path);
            }
            // Once it may have been let go between the two looks; a file that nobody holds and that never opens is another fault.
            catch (IOException) when (IsHeld(path) || ++failures < PatientFailures)
            {
                if (isFirst) waiting();
                cancellation.WaitHandle.WaitOne(Interval);
            }
        }
    }

    /// <returns>Null where another holds it.</returns>
    public static StageLock? TryTake(string path)
    {
        try
        {
            return Open(path);
        }
        catch (IOException) when (IsHeld(path))
        {
            return null;
        }
    }

    public void Dispose() => file.Dispose();

    private static StageLock Open(string path) => new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));

    private static bool IsHeld(string path)
    {
        try
        {
            using var other = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException exception)
        {
            return exception is not (FileNotFoundException or DirectoryNotFoundException);
        }
    }
}
