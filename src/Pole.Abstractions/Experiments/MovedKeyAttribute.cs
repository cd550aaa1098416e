namespace Pole;

/// <summary>A key of the spec that has moved to another path: still read, with a warning that says the new one.</summary>
/// <param name="from">The former path: <c>loss.otm</c>.</param>
/// <param name="to">The path of today: <c>objective.terms.otm.weight</c>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class MovedKeyAttribute(string from, string to) : Attribute
{
    public string From { get; } = from;

    public string To { get; } = to;

    /// <summary>Null for a value that moves. Else YAML that the former key implies at <see cref="To"/> where the spec has nothing there, such as the module that the value is an option of.</summary>
    public string? Implied { get; init; }
}
