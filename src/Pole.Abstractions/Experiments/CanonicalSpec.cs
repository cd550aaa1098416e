using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pole;

/// <summary>
/// One text for one meaning: a spec, or a part of it, with every default written out, keys sorted, absent keys and presentation left out.
/// Fingerprints and stage keys are hashes of it, so a changed default changes them too.
/// </summary>
public static class CanonicalSpec
{
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
                text.Append(JsonSerializer.Serialize(literal));
                break;
            case Enum member:
                text.Append(JsonSerializer.Serialize(member.ToString()));
                break;
            case double number:
                text.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case IFormattable number when value.GetType().IsPrimitive:
                text.Append(number.ToString(null, CultureInfo.InvariantCulture));
                break;
            case IDictionary map:
                AppendMap(text, map.Keys.Cast<object>().Select(key => (Key: key.ToString()!, Value: map[key])));
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

    private static void AppendMap(StringBuilder text, IEnumerable<(string Key, object? Value)> entries)
    {
        text.Append('{');
        var separator = "";
        foreach (var (key, entry) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            text.Append(separator).Append(JsonSerializer.Serialize(key)).Append(':');
            Append(text, entry);
            separator = ",";
        }

        text.Append('}');
    }

    private static IEnumerable<(string Key, object? Value)> Properties(object value)
    {
        var type = value.GetType();
        if (PoleModuleAttribute.Of(value) is { } module)
        {
            yield return ("module", module.Name);
            // The first is left out: there was none before.
            if (module.Version > 1) yield return ("module-version", module.Version);
        }

        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetSetMethod() is null || property.IsDefined(typeof(PresentationOnlyAttribute))) continue;
            // A key that is not given is left out, so that a new optional key changes no fingerprint.
            if (property.GetValue(value) is { } given) yield return (property.Name, given);
        }
    }
}
