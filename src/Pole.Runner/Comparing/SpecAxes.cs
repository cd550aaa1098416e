namespace Pole.Runner.Comparing;

/// <summary>In which keys specs differ. A part that some have and others have not at all is one key, not one for each of its keys.</summary>
internal static class SpecAxes
{
    private const string Seed = "seed", CorpusNames = "prompt.corpus.", Absent = "–", Given = "given", ModuleName = "name";

    public static IReadOnlyList<string> Between(IReadOnlyList<RunGroup> groups) =>
        [.. groups.SelectMany(group => group.First.Spec.Keys).Distinct().Where(path => path != Seed && !path.StartsWith(CorpusNames, StringComparison.Ordinal) && groups.Select(group => group.Value(path)).Distinct().Count() > 1)
            .Select(path => Widest(path, groups)).Distinct().Order(StringComparer.Ordinal)];

    public static string ValueOf(RunGroup group, string axis) => group.Value(axis) ?? (group.HasBelow(axis) ? group.Value($"{axis}.{ModuleName}") ?? Given : Absent);

    private static string Widest(string path, IReadOnlyList<RunGroup> groups)
    {
        for (var dot = path.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = path.IndexOf('.', dot + 1))
            if (groups.Any(group => !group.HasBelow(path[..dot]))) return path[..dot];
        // Options of different modules are told apart by the module.
        var parent = path[..Math.Max(0, path.LastIndexOf('.'))];
        return parent.Length > 0 && groups.Select(group => group.Value($"{parent}.{ModuleName}")).Distinct().Count() > 1 ? $"{parent}.{ModuleName}" : path;
    }
}
