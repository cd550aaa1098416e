namespace Pole.Pipeline.Artifacts;

/// <summary>Tells whether files from elsewhere are still the same, as make does: by name, length and time of writing.</summary>
internal static class FolderContent
{
    public static string Fingerprint(IEnumerable<string> files) =>
        CanonicalSpec.Fingerprint(files.Order(StringComparer.Ordinal).Select(file => new FileInfo(file)).Select(file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}").ToList());
}
