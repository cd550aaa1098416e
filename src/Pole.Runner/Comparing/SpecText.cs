using System.Globalization;
using System.Text.Json;
using Pole.Specs.Yaml;

namespace Pole.Runner.Comparing;

/// <summary>The value of a key as a record has it, which is its YAML.</summary>
internal sealed record SpecText(string Yaml)
{
    /// <returns>Null for none.</returns>
    public static SpecText? Of(string? yaml) => yaml is null ? null : new SpecText(yaml);

    /// <summary>A text without the quotation marks of YAML; everything else as it stands there.</summary>
    public string Plain => Node is YamlScalar scalar ? scalar.Text : Yaml;

    /// <summary>As a number, true or false, null, a text, an array or an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        // Names of a corpus stand in records as they are, and need not be YAML.
        if (Node is { } node) Write(json, node);
        else json.WriteStringValue(Yaml);
    }

    /// <summary>Null where it cannot be read.</summary>
    private YamlNode? Node => YamlReader.Read("", Yaml) is { Root: { } root, Diagnostics.Count: 0 } ? root : null;

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlList list:
                json.WriteStartArray();
                foreach (var item in list.Items) Write(json, item);
                json.WriteEndArray();
                break;
            case YamlMap map:
                json.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    json.WritePropertyName(entry.Key);
                    Write(json, entry.Value);
                }

                json.WriteEndObject();
                break;
            case YamlScalar { IsNull: true }: json.WriteNullValue(); break;
            case YamlScalar { IsQuoted: false, Text: "true" or "false" } flag: json.WriteBooleanValue(flag.Text == "true"); break;
            case YamlScalar { IsQuoted: false } whole when long.TryParse(whole.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number): json.WriteNumberValue(number); break;
            case YamlScalar { IsQuoted: false } real when double.TryParse(real.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number): json.WriteNumberValue(number); break;
            case YamlScalar text: json.WriteStringValue(text.Text); break;
        }
    }
}
