using System.Globalization;

namespace Pole.Runner.Runs;

/// <summary>Whether a disk has room for what a run writes, looked at before the first step. How much that is depends on networks and images; a disk that has less than this is as good as full.</summary>
internal static class FreeSpace
{
    /// <summary>In bytes: less than the report and the network of the smallest run.</summary>
    private const long Least = 4 << 20;

    /// <param name="folders">That are written to, each with the option that moves it; need not exist.</param>
    /// <exception cref="ExperimentException">One of them has too little space; a line each.</exception>
    public static void Require(params IReadOnlyList<(string Folder, string Option)> folders) => Require(folders, AvailableAt);

    /// <param name="available">Bytes free to this user on the disk of a folder; null where that cannot be told.</param>
    internal static void Require(IReadOnlyList<(string Folder, string Option)> folders, Func<string, long?> available)
    {
        var faults = folders.Select(entry => available(entry.Folder) is { } free && free < Least
            ? string.Create(CultureInfo.InvariantCulture, $"{entry.Folder}: only {free / 1e6:f1} MB is free there, and a run writes more: free some space, or choose another folder with {entry.Option}") : null).OfType<string>().ToList();
        if (faults.Count > 0) throw faults.Count == 1 ? new ExperimentException(faults[0]) : new MissingInputsException(faults);
    }

    internal static long? AvailableAt(string folder)
    {
        var existing = Path.GetFullPath(folder);
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent) existing = parent;
        try
        {
            // Windows knows disks by their root alone; some network file systems have no size, and say that nothing is free.
            var drive = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(existing)! : existing);
            return drive.TotalSize == 0 ? null : drive.AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A network share may not say; whether it takes files is seen when the first is written.
            return null;
        }
    }
}
