namespace Pole.Build.Corrections;

/// <summary>A file of a package, corrected where it was copied to.</summary>
internal static class CorrectedFile
{
    /// <summary>
    /// Writes the corrected copy beside <paramref name="path"/> and renames it over the original. The original is never written in place: with hard links on it is the
    /// same file as the one in the NuGet cache.
    /// </summary>
    public static void Replace(string path, byte[] image)
    {
        var temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(temporary, image);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
        // The copy task skips a file whose size and time are those of its source: keep both, or every build copies again.
        File.SetLastWriteTimeUtc(temporary, File.GetLastWriteTimeUtc(path));
        File.Move(temporary, path, overwrite: true);
    }
}
