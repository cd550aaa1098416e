using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Pole.Zoo.Weights;

namespace Pole.Pipeline.Artifacts;

/// <summary>
/// SHA-256 of files. What was read once is remembered with the file's length and time of last writing, so that files that did not change are not read again.
/// A file that was changed shortly before it was read is not trusted: it may change again within the clock's resolution.
/// </summary>
/// <param name="folder">Where it is remembered, a file for each folder of files.</param>
/// <param name="verify">Reads every file, whatever its time.</param>
public sealed class FileDigests(string folder, bool verify = false)
{
    private static readonly TimeSpan Racy = TimeSpan.FromSeconds(2);

    /// <summary>Files that take seconds to read; fewer are not shown.</summary>
    private const int Shown = 5_000;

    private readonly ConcurrentDictionary<string, long> reads = new(StringComparer.Ordinal);

    /// <summary>Files that were read, and not found unchanged.</summary>
    public int FilesRead => reads.Count;

    /// <returns>Lower-case hexadecimal.</returns>
    /// <inheritdoc cref="Of(IReadOnlyList{string}, IStageProgress?, CancellationToken)"/>
    public string Of(string path) => Of([path], null, CancellationToken.None)[0];

    /// <returns>The digest of each file, in the same order.</returns>
    /// <exception cref="ExperimentException">A file is missing or cannot be read; names it.</exception>
    public IReadOnlyList<string> Of(IReadOnlyList<string> paths, IStageProgress? progress, CancellationToken cancellation)
    {
        var digests = new string[paths.Count];
        foreach (var group in Enumerable.Range(0, paths.Count).GroupBy(index => Path.GetDirectoryName(Path.GetFullPath(paths[index]))!, StringComparer.Ordinal))
            OfFolder(group.Key, [.. group], paths, digests, progress, cancellation);
        return digests;
    }

    private void OfFolder(string parent, IReadOnlyList<int> own, IReadOnlyList<string> paths, string[] digests, IStageProgress? progress, CancellationToken cancellation)
    {
        var index = Path.Combine(folder, $"{CanonicalSpec.Fingerprint(parent)[..16]}.bin");
        var known = DigestIndex.Read(index);
        var unknown = new List<(int Place, FileInfo File)>();
        foreach (var place in own)
        {
            var file = InputFile.Info(paths[place]);
            if (!file.Exists) throw new ExperimentException($"{paths[place]} does not exist");
            if (!verify && known.TryGetValue(Path.GetFileName(paths[place]), out var entry) && entry.Length == file.Length && entry.Changed == file.LastWriteTimeUtc.Ticks && entry.Changed + Racy.Ticks < entry.Read) digests[place] = entry.Digest;
            else unknown.Add((place, file));
        }

        if (unknown.Count == 0) return;
        if (unknown.Count < Shown) progress = null;
        progress?.Expect(unknown.Count, "files read");
        var found = new DigestEntry[unknown.Count];
        ParallelWork.For(unknown.Count, cancellation, number =>
        {
            // The state is taken before the content: a change in between makes the entry one that is never found again.
            var (place, file) = unknown[number];
            found[number] = new DigestEntry(file.Length, file.LastWriteTimeUtc.Ticks, DateTime.UtcNow.Ticks, FileHash.Sha256(file.FullName));
            digests[place] = found[number].Digest;
            reads[paths[place]] = found[number].Read;
            progress?.Advance(1);
        });
        foreach (var ((place, _), entry) in unknown.Zip(found)) known[Path.GetFileName(paths[place])] = entry;
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(index, path => DigestIndex.Write(path, known));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            // A store that can only be read is as good for reading; the files are then read at every run.
        }
    }
}

/// <summary>A file as it was when it was read.</summary>
/// <param name="Changed">Time of last change, in ticks.</param>
/// <param name="Read">Time of reading, in ticks.</param>
internal readonly record struct DigestEntry(long Length, long Changed, long Read, string Digest);

/// <summary>Entries by file name: a checksum, then the entries.</summary>
internal static class DigestIndex
{
    /// <returns>Empty where there is none, or a damaged one: what it remembered is read again.</returns>
    public static Dictionary<string, DigestEntry> Read(string path)
    {
        var entries = new Dictionary<string, DigestEntry>(StringComparer.Ordinal);
        if (!File.Exists(path)) return entries;
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < SHA256.HashSizeInBytes || !SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes))) return entries;
        using var reader = new BinaryReader(new MemoryStream(bytes, SHA256.HashSizeInBytes, bytes.Length - SHA256.HashSizeInBytes));
        for (var left = reader.ReadInt32(); left > 0; left--) entries[reader.ReadString()] = new DigestEntry(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), Convert.ToHexStringLower(reader.ReadBytes(SHA256.HashSizeInBytes)));
        return entries;
    }

    public static void Write(string path, IReadOnlyDictionary<string, DigestEntry> entries)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(entries.Count);
            foreach (var (name, entry) in entries)
            {
                writer.Write(name);
                writer.Write(entry.Length);
                writer.Write(entry.Changed);
                writer.Write(entry.Read);
                writer.Write(Convert.FromHexString(entry.Digest));
            }
        }

        var body = memory.ToArray();
        using var file = File.Create(path);
        file.Write(SHA256.HashData(body));
        file.Write(body);
    }
}
