using System.Collections.Concurrent;
using System.Reflection;
using Pole.Specs;

namespace Pole.Runner.Specs;

/// <summary>A key of a record of the schema.</summary>
internal sealed record SpecKey(string Name, PropertyInfo Property)
{
    /// <summary>What the key takes, without the null of an optional one.</summary>
    public Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>Whether results depend on it.</summary>
    public bool Affects { get; } = !Property.IsDefined(typeof(PresentationOnlyAttribute));
}

/// <summary>The keys that a record gives to specs, as the spec compiler sees them.</summary>
internal static class SpecKeys
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<SpecKey>> Known = new();

    public static IReadOnlyList<SpecKey> Of(Type record) => Known.GetOrAdd(record, Find);

    private static IReadOnlyList<SpecKey> Find(Type record) =>
    [
        .. record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetSetMethod() is not null && !property.IsDefined(typeof(FilledByCompilerAttribute)))
            .OrderBy(property => Depth(property.DeclaringType!)).ThenBy(property => property.MetadataToken).Select(property => new SpecKey(Identifiers.ToKebabCase(property.Name), property)),
    ];

    public static Type? ItemOf(Type type) => type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Type of the values of a map from names.</summary>
    public static Type? EntryOf(Type type) => type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

    private static int Depth(Type type) => type.BaseType is { } parent ? 1 + Depth(parent) : 0;
}
