namespace Pole.Zoo.Weights.Pickle;

/// <summary>Something that a pickle refers to by module and name, such as <c>torch._utils._rebuild_tensor_v2</c>.</summary>
/// <param name="Call">What stands for calling it; null for a name that is only handed on.</param>
public sealed record PickleName(string Module, string Name, Func<IReadOnlyList<object?>, object?>? Call = null)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>The only names that a pickle may refer to. Nothing of a pickle is ever looked up or run by reflection.</summary>
public sealed class PickleVocabulary
{
    private readonly Dictionary<(string, string), PickleName> names = [];

    /// <summary>Names that are not listed one by one; null refuses.</summary>
    public Func<string, string, PickleName?> Others { get; init; } = (_, _) => null;

    public PickleVocabulary Allow(string module, string name, Func<IReadOnlyList<object?>, object?>? call = null)
    {
        names[(module, name)] = new PickleName(module, name, call);
        return this;
    }

    /// <exception cref="PickleException">The name is not allowed.</exception>
    public PickleName Find(string module, string name) =>
        names.TryGetValue((module, name), out var known) ? known : Others(module, name) ?? throw new PickleException($"it refers to {module}.{name}, which is not plain data, and is refused");
}
