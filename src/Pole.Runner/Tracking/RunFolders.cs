using Pole.Runner.Runs;

namespace Pole.Runner.Tracking;

/// <summary>The run folders that a push is about.</summary>
internal static class RunFolders
{
    /// <summary>What was tracked below a folder of runs: where it is noted, and of every fingerprint the last run that ended, or else the last.</summary>
    public static IReadOnlyList<(string Notes, string Run)> Tracked(string runs) => !Directory.Exists(runs) ? [] :
        [.. Directory.GetFiles(runs, TrackingFile.FileName, SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!).Order(StringComparer.Ordinal).Select(notes => (Notes: notes, Run: Last(notes))).Where(found => found.Run is not null).Select(found => (found.Notes, found.Run!))];

    /// <summary>Where it is noted what was sent of a run: beside it in a folder of runs, and in itself where it was copied out of one.</summary>
    public static string NotesOf(string run)
    {
        var parent = Path.GetDirectoryName(Path.GetFullPath(run))!;
        if (!File.Exists(Path.Combine(run, RunRecord.FileName))) return parent;
        return RunRecord.Read(run).Fingerprint.StartsWith(Path.GetFileName(parent), StringComparison.Ordinal) && Path.GetFileName(parent).Length == RunFolder.FingerprintLength ? parent : run;
    }

    /// <returns>Null for the folder of a sweep, which has no runs of its own.</returns>
    private static string? Last(string notes)
    {
        if (File.Exists(Path.Combine(notes, RunFolder.SpecFile))) return notes;
        var folders = Directory.GetDirectories(notes).Where(folder => File.Exists(Path.Combine(folder, RunFolder.SpecFile))).Order(StringComparer.Ordinal).ToList();
        return folders.LastOrDefault(folder => File.Exists(Path.Combine(folder, RunRecord.FileName))) ?? folders.LastOrDefault();
    }
}
