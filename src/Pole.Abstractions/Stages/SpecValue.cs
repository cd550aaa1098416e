using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace Pole;

/// <summary>A value of the spec that a stage reads: what it declares is part of its key, and what it does not declare it cannot read.</summary>
/// <param name="name">What the value is called in keys and documents.</param>
/// <param name="paths">Paths of the spec's keys that it is made of: <c>cam.scales</c>.</param>
public abstract class SpecValue(string name, IReadOnlyList<string> paths)
{
    public string Name => name;

    public IReadOnlyList<string> Paths => paths;

    /// <summary>Where it is not given, it is no part of a stage's key.</summary>
    public bool IsOmittedWhenNull { get; init; }

    /// <summary>The value in an experiment; null where it, or a record around it, is not given.</summary>
    public abstract object? In(Experiment experiment);

    /// <param name="path">A chain of properties: <c>experiment => experiment.Cam.Scales</c>.</param>
    public static SpecValue<T> Of<T>(Expression<Func<Experiment, T>> path)
    {
        var chain = new Stack<PropertyInfo>();
        for (var step = path.Body; step is not ParameterExpression; step = ((MemberExpression)step).Expression!) chain.Push((PropertyInfo)((MemberExpression)step).Member);
        PropertyInfo[] properties = [.. chain];
        var name = string.Join('.', properties.Select(property => JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name)));
        return new SpecValue<T>(name, [name], experiment => properties.Aggregate((object?)experiment, (value, property) => value is null ? null : property.GetValue(value)));
    }

    /// <summary>A value of a key that a stage came to read later: where it is not given, the stage's keys are those of before, and what is stored is found.</summary>
    /// <param name="path">A chain of properties, the last of which may be null.</param>
    public static SpecValue<T> OfOptional<T>(Expression<Func<Experiment, T>> path)
    {
        var value = Of(path);
        return new SpecValue<T>(value.Name, value.Paths, value.In) { IsOmittedWhenNull = true };
    }

    /// <summary>A value that several keys are read for, such as the names that are taken of a corpus.</summary>
    /// <param name="paths">The keys that <paramref name="read"/> reads.</param>
    public static SpecValue<T> From<T>(string name, IReadOnlyList<string> paths, Func<Experiment, T?> read) => new(name, paths, experiment => read(experiment));

    /// <summary>The same, where it is not given no part of a stage's key.</summary>
    public static SpecValue<T> FromOptional<T>(string name, IReadOnlyList<string> paths, Func<Experiment, T?> read) => new(name, paths, experiment => read(experiment)) { IsOmittedWhenNull = true };
}

/// <inheritdoc/>
public sealed class SpecValue<T> : SpecValue
{
    private readonly Func<Experiment, object?> read;

    internal SpecValue(string name, IReadOnlyList<string> paths, Func<Experiment, object?> read) : base(name, paths) => this.read = read;

    public override object? In(Experiment experiment) => read(experiment);

    internal T? Read(Experiment experiment) => read(experiment) is { } value ? (T)value : default;
}
