using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace Pole;

/// <summary>
/// One text for one meaning: a spec, or a part of it, with every default written out, keys sorted, absent keys and presentation left out.
/// Fingerprints and stage keys are hashes of it, so a changed default changes them too.
/// </summary>
public static class CanonicalSpec
{
    private static readonly ConcurrentDictionary<Type, SpecShape> Shapes = new();

    /// <summary>SHA-256 of <see cref="Serialize"/>, lower-case hexadecimal.</summary>
    public static string Fingerprint(object? value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Serialize(value))));

    public static string Serialize(object? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case string literal:
                AppendText(text, literal);
                break;
            case Enum member:
                AppendText(text, member.ToString());
                break;
            case double number:
                text.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case IFormattable number when value.GetType().IsPrimitive:
                text.Append(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            case IDictionary map:
                AppendMap(text, Entries(map));
                break;
            case IEnumerable items:
                var separator = "[";
                foreach (var item in items)
                {
                    text.Append(separator);
                    Append(text, item);
                    separator = ",";
                }

                text.Append(separator == "[" ? "[]" : "]");
                break;
            default:
                AppendMap(text, Properties(value));
                break;
        }
    }

    /// <summary>As <c>JsonSerializer</c> writes it, which takes longer to make ready than all texts of a spec take.</summary>
    private static void AppendText(StringBuilder text, string literal) => text.Append('"').Append(JavaScriptEncoder.Default.Encode(literal)).Append('"');

    private static void AppendMap(StringBuilder text, SortedList<string, object?> entries)
    {
        text.Append('{');
        var separator = "";
        foreach (var (key, entry) in entries)
        {
            text.Append(separator);
            AppendText(text, key);
            text.Append(':');
            Append(text, entry);
            separator = ",";
        }

        text.Append('}');
    }

    private static SortedList<string, object?> Entries(IDictionary map)
    {
        var entries = new SortedList<string, object?>(map.Count, StringComparer.Ordinal);
        foreach (var key in map.Keys) entries.Add(key.ToString()!, map[key]);
        return entries;
    }

    private static SortedList<string, object?> Properties(object value)
    {
        var shape = Shapes.GetOrAdd(value.GetType(), SpecShape.Of);
        var entries = new SortedList<string, object?>(StringComparer.Ordinal);
        if (shape.Module is { } module)
        {
            entries.Add("module", module.Name);
            // The first is left out: there was none before.
            if (module.Version > 1) entries.Add("module-version", module.Version);
        }

        // A key that is not given is left out, so that a new optional key changes no fingerprint.
        foreach (var property in shape.Properties)
            if (property.GetValue(value) is { } given) entries.Add(property.Name, given);
        return entries;
    }

    /// <summary>What of a record is in the text.</summary>
    private sealed record SpecShape(PoleModuleAttribute? Module, PropertyInfo[] Properties)
    {
        public static SpecShape Of(Type type) => new(type.GetCustomAttribute<PoleModuleAttribute>(),
            [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetSetMethod() is not null && !property.IsDefined(typeof(PresentationOnlyAttribute)))]);
    }
}
