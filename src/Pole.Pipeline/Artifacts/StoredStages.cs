using System.Text.Json;

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
    /// <summary>Every result and everything that is left of unfinished ones, by stage and last use.</summary>
    public IReadOnlyList<StoredStage> All() => !Directory.Exists(root) ? [] :
        [.. Directory.GetDirectories(root).SelectMany(Directory.GetDirectories).Select(Describe).OrderBy(stage => stage.Stage, StringComparer.Ordinal).ThenByDescending(stage => stage.Used)];

    /// <summary>
    /// Deletes results, and what is left of unfinished ones, that were not used since <paramref name="usedBefore"/>, and from the least recently used on as many as bring the
    /// store down to <paramref name="mostBytes"/>. What a run makes at this moment stays.
    /// </summary>
    /// <param name="usedBefore">Null keeps every age.</param>
    /// <param name="mostBytes">Null keeps every size.</param>
    /// <param name="isTrial">Says what would go and deletes nothing.</param>
    /// <returns>What went.</returns>
    public IReadOnlyList<StoredStage> Prune(DateTime? usedBefore, long? mostBytes, bool isTrial)
    {
        var all = All().OrderBy(stage => stage.Used).ToList();
        var (total, gone) = (all.Sum(stage => stage.Bytes), new List<StoredStage>());
        foreach (var stage in all)
        {
            if (!(usedBefore is { } limit && stage.Used < limit) && !(mostBytes is { } most && total > most)) continue;
            if (!isTrial && !Delete(stage)) continue;
            total -= stage.Bytes;
            gone.Add(stage);
        }

        return gone;
    }

    /// <summary>
    /// The stored result of the same stage whose key is most like a given one, and in what they differ; null where the stage has none.
    /// </summary>
    /// <param name="description">The text of the key: <see cref="StageKey.Description"/>.</param>
    public (StoredStage Nearest, IReadOnlyList<string> Differences)? Nearest(string stage, string description)
    {
        var wanted = Values(description);
        return All().Where(stored => stored.Stage == stage && stored.IsWhole && File.Exists(DescriptionOf(stored))).Select(stored => (Stored: stored, Differences: Differences(wanted, Values(File.ReadAllText(DescriptionOf(stored))))))
            .OrderBy(candidate => candidate.Differences.Count).Select(candidate => ((StoredStage, IReadOnlyList<string>)?)candidate).FirstOrDefault();
    }

    private static string DescriptionOf(StoredStage stored) => Path.Combine(stored.Folder, StageStore.DescriptionFile);

    private static List<string> Differences(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> stored) =>
        [.. wanted.Keys.Union(stored.Keys).Order(StringComparer.Ordinal).Where(path => wanted.GetValueOrDefault(path) != stored.GetValueOrDefault(path)).Select(path => $"{path}: {stored.GetValueOrDefault(path, "not given")} → {wanted.GetValueOrDefault(path, "not given")}")];

    /// <summary>Leaves of a key's text by path. The upstream keys stand for everything before them.</summary>
    private static Dictionary<string, string> Values(string description)
    {
        using var document = JsonDocument.Parse(description);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var parts = document.RootElement.EnumerateArray().ToList();
        values["version of the stage's code"] = parts[1].GetRawText();
        Add(values, "", parts[2]);
        foreach (var (upstream, index) in parts[3].EnumerateArray().Select((upstream, index) => (upstream, index))) values[$"result that it builds on, {index + 1}"] = upstream.GetString()!;
        return values;

        static void Add(Dictionary<string, string> values, string path, JsonElement element)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var entry in element.EnumerateObject()) Add(values, path.Length == 0 ? entry.Name : $"{path}.{entry.Name}", entry.Value);
                    break;
                case JsonValueKind.Array when element.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.Array):
                    foreach (var (item, index) in element.EnumerateArray().Select((item, index) => (item, index))) Add(values, path.Length == 0 ? $"input {index + 1}" : $"{path} {index + 1}", item);
                    break;
                default:
                    values[path] = element.GetRawText();
                    break;
            }
        }
    }

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

    private static StoredStage Describe(string folder)
    {
        var files = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).ToList();
        var places = StagePlaces.OfFolder(folder);
        var description = new FileInfo(Path.Combine(folder, StageStore.DescriptionFile));
        var made = files.Where(file => file.Name != StageStore.DescriptionFile).Select(file => file.LastWriteTimeUtc).DefaultIfEmpty(Directory.GetLastWriteTimeUtc(folder)).Max();
        return new StoredStage(Path.GetFileName(Path.GetDirectoryName(folder))!, Path.GetFileName(places.Result), folder, files.Sum(file => file.Length), made, description.Exists ? description.LastWriteTimeUtc : made, folder == places.Result);
    }
}
