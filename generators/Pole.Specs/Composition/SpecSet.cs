namespace Pole.Specs.Composition;

/// <summary>Every experiment and base of the build, to be found by path.</summary>
public sealed class SpecSet(EquatableArray<SpecFile> files) : IEquatable<SpecSet>
{
    private readonly EquatableArray<SpecFile> files = files;
    private readonly Lazy<Dictionary<string, SpecFile>> byPath = new(() => files.GroupBy(file => Normalise(file.Path)).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal));

    public IEnumerable<SpecFile> Files => files;

    public SpecFile? Find(string path) => byPath.Value.TryGetValue(Normalise(path), out var file) ? file : null;

    /// <summary>Another path relative to a file's folder.</summary>
    public static string Resolve(SpecFile from, string relative) => Normalise($"{Normalise(from.Path)}/../{relative}");

    public bool Equals(SpecSet? other) => other is not null && files.Equals(other.files);

    public override bool Equals(object? obj) => Equals(obj as SpecSet);

    public override int GetHashCode() => files.GetHashCode();

    public static string Normalise(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Replace('\\', '/').Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[parts.Count - 1] != "..") parts.RemoveAt(parts.Count - 1);
            else if (part != ".") parts.Add(part);
        }

        return string.Join("/", parts);
    }
}
