using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Pole.Runner.Runs;

namespace Pole.Runner.Moving;

/// <summary>Run folders in one file, with the digest of everything in it: what a comparison on another machine needs, and no data.</summary>
internal static class RunArchive
{
    private const string ManifestFile = "pack.json", CheckpointsFolder = "checkpoints";

    /// <summary>Of all files together, unpacked: an archive of a few kilobytes can hold terabytes of zeros.</summary>
    private const long MostRatio = 1000, SmallArchive = 1 << 20;

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <param name="Files">SHA-256 by path in the archive.</param>
    private sealed record Manifest(string Version, IReadOnlyDictionary<string, string> Files);

    /// <param name="runs">Folders of ended runs.</param>
    /// <param name="root">That they lie in: EXPERIMENT/FINGERPRINT/START is kept.</param>
    /// <param name="weights">With the networks in the folders of the runs.</param>
    /// <param name="networks">Networks that are elsewhere, by the file that they become below <paramref name="root"/>.</param>
    /// <returns>The number of files.</returns>
    public static int Write(string path, IReadOnlyList<string> runs, string root, bool weights, IReadOnlyDictionary<string, string> networks)
    {
        var files = runs.SelectMany(run => FileTree.Files(run).Select(file => Path.Combine(run, file))).Where(file => weights || !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar).Contains(CheckpointsFolder)).Order(StringComparer.Ordinal)
            .Select(file => KeyValuePair.Create(file, file)).Concat(networks).ToDictionary(file => Path.GetRelativePath(root, file.Key).Replace('\\', '/'), file => file.Value, StringComparer.Ordinal);
        var manifest = new Manifest(FrameworkVersion.Text, files.ToDictionary(file => file.Key, file => Digest(file.Value)));
        AtomicFile.Write(path, target =>
        {
            using var tar = new TarWriter(new GZipStream(File.Create(target), CompressionLevel.Optimal), TarEntryFormat.Pax);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, ManifestFile) { DataStream = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, Format)) });
            foreach (var (name, file) in files) tar.WriteEntry(file, name);
        });
        return files.Count;
    }

    /// <returns>The folders of the runs, in order.</returns>
    /// <exception cref="ExperimentException">The archive is damaged, has what its list does not, or a run that is there with other content; nothing is left of it then.</exception>
    public static IReadOnlyList<string> Read(string path, string root)
    {
        // Beside what is there, so that an archive that is refused leaves not even an empty folder of runs.
        var temporary = Path.Combine(Existing(root), $".unpacking-{Path.GetRandomFileName()}");
        try
        {
            Create(temporary, root);
            InputFile.Read(path, "an archive of runs", "pack it again", () => Unpack(path, temporary));
            return Place(temporary, root);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>The folder, or the nearest above it that is there.</summary>
    private static string Existing(string folder) => Directory.Exists(folder) || Path.GetDirectoryName(folder) is not { } above ? folder : Existing(above);

    private static void Create(string folder, string root)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{root}: the runs cannot be written there; make room or give permission, or give another folder with --runs", exception);
        }
    }

    private static void Unpack(string path, string folder)
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var left = SmallArchive + MostRatio * InputFile.Length(path);
        if (tar.GetNextEntry() is not { Name: ManifestFile, DataStream: { } first } || first.Length > SmallArchive * 16) throw new InvalidDataException($"it does not begin with {ManifestFile}");
        var listed = JsonSerializer.Deserialize<Manifest>(first, Format)?.Files ?? throw new InvalidDataException($"{ManifestFile} is null");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) throw new InvalidDataException($"{entry.Name} is no file");
            if (!listed.TryGetValue(entry.Name, out var digest) || !seen.Add(entry.Name)) throw new InvalidDataException($"{entry.Name} is not listed, or there twice");
            if (entry.Name.Split('/').Any(part => part is "" or "." or "..") || Path.IsPathRooted(entry.Name) || entry.Name.AsSpan().ContainsAny('\\', ':', '\0')) throw new InvalidDataException($"{entry.Name} leaves the folder");
            if ((left -= entry.Length) < 0) throw new InvalidDataException("it holds more than such a file can be meant to");
            var target = Path.Combine(folder, entry.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            entry.ExtractToFile(target, overwrite: false);
            if (Digest(target) != digest) throw new InvalidDataException($"{entry.Name} is not what was packed");
        }

        if (listed.Keys.FirstOrDefault(name => !seen.Contains(name)) is { } missing) throw new InvalidDataException($"{missing} is missing");
    }

    /// <summary>All of them, or none where one is there with another result.</summary>
    private static IReadOnlyList<string> Place(string temporary, string root)
    {
        var runs = Directory.GetFiles(temporary, RunRecord.FileName, SearchOption.AllDirectories).Select(file => Path.GetRelativePath(temporary, Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal).ToList();
        var missing = runs.Where(run => !Directory.Exists(Path.Combine(root, run))).ToList();
        foreach (var (from, to) in runs.Except(missing).Select(run => (Path.Combine(temporary, run), Path.Combine(root, run))))
            if (!File.Exists(Path.Combine(to, RunRecord.FileName)) || Digest(Path.Combine(from, RunRecord.FileName)) != Digest(Path.Combine(to, RunRecord.FileName))) throw new ExperimentException($"{to} is there already with another result; give another folder with --runs");
        // A run that was unpacked without its networks is given them.
        foreach (var run in runs.Except(missing))
        foreach (var file in FileTree.Files(Path.Combine(temporary, run)).Where(file => !File.Exists(Path.Combine(root, run, file))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, run, file))!);
            File.Move(Path.Combine(temporary, run, file), Path.Combine(root, run, file));
        }

        foreach (var run in missing)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, run))!);
            Directory.Move(Path.Combine(temporary, run), Path.Combine(root, run));
        }

        return [.. runs.Select(run => Path.Combine(root, run))];
    }

    private static string Digest(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
