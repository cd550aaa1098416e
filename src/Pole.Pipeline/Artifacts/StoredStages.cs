namespace Pole.Pipeline.Artifacts;

/// <summary>A result in a store.</summary>
/// <param name="Bytes">Of its files.</param>
/// <param name="Made">When it was finished.</param>
/// <param name="Used">When a run last asked for it.</param>
/// <param name="IsWhole">False for a checkpoint or what a killed run left.</param>
public sealed record StoredStage(string Stage, string Key, string Folder, long Bytes, DateTime Made, DateTime Used, bool IsWhole);

/// <summary>The results in a store: lists them, explains a key, and deletes what is not needed any more.</summary>
/// <param name="root">The folder of stages.</param>
public sealed class StoredStages(string root)
{
    /// <summary>The files of a result by its stage and key, each with its digest, which was checked; null where there is none.</summary>
    /// <param name="root">Folder of stage results.</param>
    /// <exception cref="ExperimentException">It is damaged.</exception>
    public static IReadOnlyDictionary<string, string>? FilesOf(string root, string stage, string key)
    {
        var folder = Path.Combine(root, stage, key);
        if (!Directory.Exists(folder)) return null;
        return ResultDigests.Fault(folder) is { } fault ? throw new ExperimentException($"{folder}: the stored result is damaged ({fault}); run the experiment again, which makes it anew")
            : ResultDigests.Read(folder).ToDictionary(file => Path.Combine(folder, file.Key), file => file.Value, StringComparer.Ordinal);
    }

    /// <summary>Every result and everything that is left of unfinished ones, by stage and last use.</summary>
    public IReadOnlyList<StoredStage> All() => !Directory.Exists(root) ? [] :
        [.. Directory.GetDirectories(root).SelectMany(In).OrderBy(stage => stage.Stage, StringComparer.Ordinal).ThenByDescending(stage => stage.Used)];

    /// <summary>Whether a result is there; it may be damaged.</summary>
    public bool IsStored(StageKey key) => Directory.Exists(StagePlaces.Of(root, key).Result);

    /// <summary>Whether a result is of an earlier version, whose key nothing finds any more; it has no digests.</summary>
    public static bool IsEarlier(StoredStage stage) => stage.IsWhole && !ResultDigests.AreIn(stage.Folder) && TextOf(stage) is { } text && !KeyDescription.IsCurrent(text);

    /// <summary>The damaged results, each with what is wrong. Results of earlier versions cannot be checked.</summary>
    public IReadOnlyList<(StoredStage Stage, string Fault)> Damaged() =>
        [.. All().Where(stage => stage.IsWhole && !IsEarlier(stage)).Select(stage => (stage, Fault: ResultDigests.Fault(stage.Folder))).Where(entry => entry.Fault is not null).Select(entry => (entry.stage, entry.Fault!))];

    /// <summary>
    /// Deletes results that no key of this version finds any more; and results, and what is left of unfinished ones, that were not used since <paramref name="usedBefore"/>, and from the
    /// least recently used on as many as bring the store down to <paramref name="mostBytes"/>. What a run makes at this moment stays.
    /// </summary>
    /// <param name="usedBefore">Null keeps every age.</param>
    /// <param name="mostBytes">Null keeps every size.</param>
    /// <param name="dryRun">Says what would go and deletes nothing.</param>
    /// <returns>What went, and how many of it were results of earlier versions.</returns>
    public (IReadOnlyList<StoredStage> Gone, int Earlier) Prune(DateTime? usedBefore, long? mostBytes, bool dryRun)
    {
        var all = All().OrderBy(stage => stage.Used).ToList();
        var (total, gone, earlier) = (all.Sum(stage => stage.Bytes), new List<StoredStage>(), 0);
        foreach (var stage in all.OrderBy(stage => IsEarlier(stage) ? 0 : 1))
        {
            var isEarlier = IsEarlier(stage);
            if (!isEarlier && !(usedBefore is { } limit && stage.Used < limit) && !(mostBytes is { } most && total > most)) continue;
            if (!dryRun && !Delete(stage)) continue;
            total -= stage.Bytes;
            gone.Add(stage);
            if (isEarlier) earlier++;
        }

        return (gone, earlier);
    }

    /// <summary>
    /// The stored result of the same stage whose key is most like a given one, and in what they differ; null where the stage has none.
    /// </summary>
    /// <param name="description">The text of the key: <see cref="StageKey.Description"/>.</param>
    /// <param name="contents">Names the samples that make digests differ.</param>
    public (StoredStage Nearest, IReadOnlyList<string> Differences)? Nearest(string stage, string description, DigestContents contents)
    {
        var (wanted, folder) = (KeyDescription.Values(description), Path.Combine(root, stage));
        if (!Directory.Exists(folder)) return null;
        return In(folder).OrderByDescending(stored => stored.Used).Where(stored => stored.IsWhole && IsCurrent(stored)).Select(stored => (Stored: stored, Differences: Differences(wanted, KeyDescription.Values(TextOf(stored)!), contents)))
            .OrderBy(candidate => candidate.Differences.Count).ThenBy(candidate => Distance(wanted, KeyDescription.Values(TextOf(candidate.Stored)!), contents)).Select(candidate => ((StoredStage, IReadOnlyList<string>)?)candidate).FirstOrDefault();
    }

    /// <summary>The length that alone tells a training from one whose result is stored, <c>clims.epochs: 2 → 4</c>; null where no result is so near.</summary>
    public string? OtherLength(StageKey key)
    {
        var (wanted, folder) = (KeyDescription.Values(key.Description), Path.Combine(root, key.Stage));
        if (!wanted.Keys.Any(IsLength) || !Directory.Exists(folder)) return null;
        return Directory.EnumerateDirectories(folder).Where(path => StagePlaces.OfFolder(path).Result == path).Select(path => TextOf(path)).OfType<string>().Where(KeyDescription.IsCurrent).Select(KeyDescription.Values)
            .Select(stored => wanted.Keys.Union(stored.Keys).Where(path => wanted.GetValueOrDefault(path) != stored.GetValueOrDefault(path)).Take(2).ToList() is [var only] && IsLength(only) ? $"{only}: {stored.GetValueOrDefault(only) ?? "not given"} → {wanted.GetValueOrDefault(only) ?? "not given"}" : null)
            .FirstOrDefault(length => length is not null);

        static bool IsLength(string path) => path.EndsWith(".epochs", StringComparison.Ordinal) || path.EndsWith(".iterations", StringComparison.Ordinal);
    }

    /// <summary>The number of samples that differ.</summary>
    private static int Distance(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> stored, DigestContents contents) =>
        wanted.Where(value => value.Key.StartsWith(KeyDescription.DataPrefix, StringComparison.Ordinal) && stored.TryGetValue(value.Key, out var other) && other != value.Value).Sum(value => contents.Distance(stored[value.Key], value.Value));

    private static bool IsCurrent(StoredStage stored) => TextOf(stored) is { } text && KeyDescription.IsCurrent(text);

    private static string? TextOf(StoredStage stored) => TextOf(stored.Folder);

    /// <returns>Null where it is missing or cannot be read.</returns>
    private static string? TextOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, StageStore.DescriptionFile));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static List<string> Differences(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> stored, DigestContents contents) =>
        [.. wanted.Keys.Union(stored.Keys).Order(StringComparer.Ordinal).Where(path => wanted.GetValueOrDefault(path) != stored.GetValueOrDefault(path)).Select(path => Difference(path, stored.GetValueOrDefault(path), wanted.GetValueOrDefault(path), contents))];

    private static string Difference(string path, string? stored, string? wanted, DigestContents contents) =>
        KeyDescription.HasSamples(path) && stored is not null && wanted is not null && contents.Difference(stored, wanted) is { } samples
            ? $"{path}: {samples}" : $"{path}: {stored ?? "not given"} → {wanted ?? "not given"}";

    /// <returns>False where a run holds it.</returns>
    private static bool Delete(StoredStage stage)
    {
        var places = StagePlaces.OfFolder(stage.Folder);
        using var held = StageLock.TryTake(places.Lock);
        if (held is null) return false;
        // Renamed first: a run that looks meanwhile finds it whole or not at all.
        var going = places.Temporary;
        if (stage.Folder != going)
        {
            if (Directory.Exists(going)) Directory.Delete(going, recursive: true);
            Directory.Move(stage.Folder, going);
        }

        Directory.Delete(going, recursive: true);
        return true;
    }

    /// <summary>The results of one stage.</summary>
    private static IEnumerable<StoredStage> In(string folder) => Directory.GetDirectories(folder).Select(Describe);

    private static StoredStage Describe(string folder)
    {
        var files = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).ToList();
        var places = StagePlaces.OfFolder(folder);
        var description = new FileInfo(Path.Combine(folder, StageStore.DescriptionFile));
        var made = files.Where(file => file.Name != StageStore.DescriptionFile).Select(file => file.LastWriteTimeUtc).DefaultIfEmpty(Directory.GetLastWriteTimeUtc(folder)).Max();
        return new StoredStage(Path.GetFileName(Path.GetDirectoryName(folder))!, Path.GetFileName(places.Result), folder, files.Sum(file => file.LinkTarget is null ? file.Length : 0), made, description.Exists ? description.LastWriteTimeUtc : made, folder == places.Result);
    }
}
