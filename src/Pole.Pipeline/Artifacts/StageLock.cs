namespace Pole.Pipeline.Artifacts;

/// <summary>
/// Held by the run that produces a result, so that another that needs the same waits for it. The operating system lets go when the process ends, however
/// it ends; the file stays.
/// </summary>
public sealed class StageLock : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    private const int LinuxWouldBlock = 11, MacWouldBlock = 35, WindowsSharingViolation = unchecked((int)0x80070020);

    private readonly FileStream file;

    private StageLock(FileStream file) => this.file = file;

    /// <summary>Exclusive lock.</summary>
    /// <param name="waiting">Called once where another run holds it.</param>
    /// <exception cref="IOException">The file cannot be opened, and not because another run holds it.</exception>
    /// <exception cref="OperationCanceledException">The wait was stopped.</exception>
    public static StageLock Take(string path, Action waiting, CancellationToken cancellation) => Wait(path, FileShare.None, waiting, cancellation);

    /// <summary>Shared lock; excludes exclusive holders.</summary>
    /// <inheritdoc cref="Take"/>
    public static StageLock Share(string path, Action waiting, CancellationToken cancellation) => Wait(path, FileShare.ReadWrite, waiting, cancellation);

    /// <returns>Null where another holds or shares it.</returns>
    public static StageLock? TryTake(string path)
    {
        try
        {
            return Open(path, FileShare.None);
        }
        catch (IOException exception) when (IsHeld(exception))
        {
            return null;
        }
    }

    public void Dispose() => file.Dispose();

    private static StageLock Wait(string path, FileShare share, Action waiting, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var isFirst = true; ; isFirst = false)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return Open(path, share);
            }
            catch (IOException exception) when (IsHeld(exception))
            {
                if (isFirst) waiting();
                cancellation.WaitHandle.WaitOne(Interval);
            }
        }
    }

    private static StageLock Open(string path, FileShare share) => new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share));

    /// <summary>.NET gives the system's own number of the error.</summary>
    private static bool IsHeld(IOException exception) => exception.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation;
}
