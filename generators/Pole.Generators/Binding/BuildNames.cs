namespace Pole.Generators.Binding;

/// <summary>The experiments and corpora of a build by name and path, in the order of their paths.</summary>
internal sealed class BuildNames : IEquatable<BuildNames>
{
    private const string ListOfExperiments = "Pole.Experiments.CompiledExperiments";

    private readonly EquatableArray<SpecName> names;
    private readonly Lazy<HashSet<string>> experiments;
    private readonly Lazy<Dictionary<(SpecKind, string), SpecName>> first;

    public BuildNames(IEnumerable<SpecName> all)
    {
        names = all.OrderBy(name => name.Path, StringComparer.Ordinal).ToEquatableArray();
        experiments = new(() => [.. Experiments.Select(name => name.Name)]);
        first = new(FindFirst);
    }

    public IEnumerable<SpecName> Experiments => names.Where(name => name.Kind == SpecKind.Experiment);

    public bool HasExperiment(string name) => experiments.Value.Contains(name);

    /// <summary>
    /// The earlier name of the same kind whose executable or whose class is the same, or null. Case does not count: some
    /// file systems ignore it, and so does the compiler in the names of generated files.
    /// </summary>
    public SpecName? EarlierNamesake(SpecName name) => name.Keys.Select(key => first.Value[(name.Kind, key)]).FirstOrDefault(other => !other.Equals(name));

    /// <summary>What in C# has the name of a folder that the experiment lies in: another experiment's class, or the list of them; null for none.</summary>
    public string? ClassNamedAsFolder(SpecName name)
    {
        foreach (var space in name.Namespaces)
        {
            if (string.Equals(space, ListOfExperiments, StringComparison.OrdinalIgnoreCase)) return $"the list of experiments, {ListOfExperiments}";
            if (first.Value.TryGetValue((name.Kind, space.ToUpperInvariant()), out var other)) return $"the class of {other.Path}, {other.TypeName}";
        }

        return null;
    }

    public bool Equals(BuildNames? other) => other is not null && names.Equals(other.names);

    public override bool Equals(object? obj) => Equals(obj as BuildNames);

    public override int GetHashCode() => names.GetHashCode();

    private Dictionary<(SpecKind, string), SpecName> FindFirst()
    {
        var found = new Dictionary<(SpecKind, string), SpecName>();
        foreach (var name in names)
        foreach (var key in name.Keys)
            if (!found.ContainsKey((name.Kind, key))) found.Add((name.Kind, key), name);
        return found;
    }
}

/// <summary>What an experiment or a corpus is called: in YAML, as an executable where it is an experiment, and as a C# type.</summary>
internal sealed record SpecName(SpecKind Kind, string Name, string? ExecutableName, string TypeName, string Path)
{
    /// <summary>What must not be taken twice.</summary>
    public IEnumerable<string> Keys => ExecutableName is null ? [TypeName.ToUpperInvariant()] : [ExecutableName.ToUpperInvariant(), TypeName.ToUpperInvariant()];

    /// <summary>Of a type in folders: <c>A.B</c> and <c>A</c> for <c>A.B.C</c>.</summary>
    public IEnumerable<string> Namespaces
    {
        get
        {
            for (var dot = TypeName.LastIndexOf('.'); dot > 0; dot = TypeName.LastIndexOf('.', dot - 1)) yield return TypeName.Substring(0, dot);
        }
    }

    public static SpecName Of(SpecFile corpus) => new(corpus.Kind, corpus.CorpusName, null, Identifiers.ToPascalCase(corpus.CorpusName), corpus.Path);

    public static SpecName Of(SpecPoint point, SpecFile file)
    {
        var (space, type) = Identifiers.OfExperiment(point.Name);
        return new SpecName(file.Kind, point.Name, point.ExecutableName, $"{space}.{type}", file.Path);
    }
}
