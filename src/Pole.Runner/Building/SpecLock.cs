using Pole.Specs.Diagnostics;

namespace Pole.Runner.Building;

/// <summary>What a build does about the lock.</summary>
internal enum LockMode
{
    /// <summary>New experiments are added and deleted ones taken out; a changed fingerprint is an error. On a developer's machine.</summary>
    Merge,

    /// <summary>The lock is written anew, with a warning for what changed. For tuning alone, where every edit is meant.</summary>
    Warn,

    /// <summary>Any difference is an error. On a build server.</summary>
    Verify,

    /// <summary>The lock is written anew.</summary>
    Update,
}

/// <summary>
/// <c>experiments.lock</c>: every experiment with its fingerprint, so that the change of a base shows everything that it touches.
/// </summary>
internal static class SpecLock
{
    public const string FileName = "experiments.lock";

    private const string Header = "# Every experiment with its fingerprint, written by dotnet build. What a change of a spec touches shows here.\n";
    private const int Shown = 10;

    public static IEnumerable<BuildFault> Apply(IReadOnlyList<Experiment> experiments, string specsFolder, LockMode mode)
    {
        var path = Path.Combine(specsFolder, FileName);
        var now = experiments.ToDictionary(experiment => experiment.Name, experiment => experiment.Fingerprint, StringComparer.Ordinal);
        if (mode == LockMode.Update || !File.Exists(path))
        {
            if (mode != LockMode.Verify) Write(path, now);
            return [];
        }

        var locked = Read(path);
        var changed = locked.Keys.Where(name => now.TryGetValue(name, out var fingerprint) && fingerprint != locked[name].Fingerprint).ToList();
        var (added, removed) = (now.Keys.Where(name => !locked.ContainsKey(name)).ToList(), locked.Keys.Where(name => !now.ContainsKey(name)).ToList());
        if (changed.Count > 0)
        {
            var fault = new BuildFault(SpecRules.StaleLock.Id, FileName, locked[changed[0]].Line, 1, $"this edit changes the {(changed.Count == 1 ? "result" : "results")} of {Count(changed)}: {List(changed)}{(mode == LockMode.Warn ? "" : "; if that is intended, run dotnet build -p:PoleLock=update; with <PoleLock>warn</PoleLock> in the project file such a change is a warning")}") { IsError = mode != LockMode.Warn };
            if (mode == LockMode.Warn) Write(path, now);
            return [fault];
        }

        if (added.Count + removed.Count == 0) return [];
        if (mode == LockMode.Verify)
            return [new BuildFault(SpecRules.StaleLock.Id, FileName, 1, 1, $"{Count([.. added, .. removed])} are missing or gone ({List([.. added.Select(name => $"+{name}"), .. removed.Select(name => $"-{name}")])}): build once on your machine and commit the lock")];
        Write(path, now);
        return [];
    }

    /// <exception cref="ExperimentException">A line is not a name and a fingerprint; says which.</exception>
    private static Dictionary<string, (string Fingerprint, int Line)> Read(string path) => InputFile.Read(path, "the lock", "write it anew: dotnet build -p:PoleLock=update", () =>
    {
        var locked = new Dictionary<string, (string, int)>(StringComparer.Ordinal);
        foreach (var (line, index) in File.ReadLines(path).Select((line, index) => (line, index)))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [.. var name, { Length: 64 } fingerprint] || name.Length == 0 || !locked.TryAdd(string.Join(' ', name), (fingerprint, index + 1)))
                throw new ExperimentException($"{path}({index + 1},1): not a name and a fingerprint, or a name for the second time; write the lock anew: dotnet build -p:PoleLock=update");
        }

        return locked;
    });

    private static void Write(string path, Dictionary<string, string> fingerprints) =>
        AtomicFile.Write(path, target => File.WriteAllText(target, Header + string.Concat(fingerprints.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} {entry.Value}\n"))));

    private static string Count(List<string> names) => names.Count == 1 ? "1 experiment" : $"{names.Count} experiments";

    private static string List(List<string> names) => string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");
}
