using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Pole;

/// <summary>What a metric is called in results and tables.</summary>
public static class MetricName
{
    /// <summary>The module with the options that are not at their default: <c>boundary-f (tolerance 0.1)</c>. Metrics of one name measure one thing.</summary>
    public static string Of(IModuleOptions<Metric, IReadOnlyList<string>> options)
    {
        var (type, name) = (options.GetType(), PoleModuleAttribute.NameOf(options) ?? options.GetType().Name);
        var standard = type.GetConstructor(Type.EmptyTypes) is null ? null : Activator.CreateInstance(type);
        var given = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetSetMethod() is not null).Select(property => (property.Name, Value: property.GetValue(options), Standard: standard is null ? null : property.GetValue(standard)))
            .Where(property => property.Value is not null && CanonicalSpec.Serialize(property.Value) != CanonicalSpec.Serialize(property.Standard)).Select(property => $"{JsonNamingPolicy.KebabCaseLower.ConvertName(property.Name)} {Text(property.Value!)}").ToList();
        return given.Count == 0 ? name : $"{name} ({string.Join(", ", given)})";
    }

    private static string Text(object value) => value switch
    {
        string text => text,
        IEnumerable items => string.Join(' ', items.Cast<object>().Select(Text)),
        Enum member => JsonNamingPolicy.KebabCaseLower.ConvertName(member.ToString()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
