using System.Text.Json;

namespace Pole.Pipeline.Artifacts;

/// <summary>The text of a <see cref="StageKey"/>, read back.</summary>
public static class KeyDescription
{
    /// <summary>A key of the spec, or <c>data train.images</c>, <c>weights ViT-B-32.pt</c>, <c>result of baseline</c>.</summary>
    public const string DataPrefix = "data ";

    private const string WeightsPrefix = "weights ", ResultPrefix = "result of ", VersionName = "version of the stage's code";

    /// <summary>Whether a name is that of data or of a folder of weights, whose digest is made of digests of samples or files.</summary>
    internal static bool HasSamples(string name) => name.StartsWith(DataPrefix, StringComparison.Ordinal) || name.StartsWith(WeightsPrefix, StringComparison.Ordinal) && name.EndsWith('/');

    /// <summary>Whether a text is of this form; keys of earlier versions of the store are not.</summary>
    public static bool IsCurrent(string description)
    {
        try
        {
            return Values(description).Count > 0;
        }
        catch (Exception)
        {
            // Of an earlier version, or damaged.
            return false;
        }
    }

    /// <summary>The leaves of a key by name.</summary>
    public static IReadOnlyDictionary<string, string> Values(string description)
    {
        using var document = JsonDocument.Parse(description);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        AddKey(values, document.RootElement);
        return values;
    }

    private static void AddKey(Dictionary<string, string> values, JsonElement key)
    {
        values[$"{VersionName} ({key.GetProperty("stage").GetString()})"] = key.GetProperty("version").GetRawText();
        foreach (var read in key.GetProperty("reads").EnumerateObject()) Add(values, read.Name, read.Value);
        foreach (var data in key.GetProperty("data").EnumerateObject()) values[DataPrefix + data.Name] = data.Value.GetString()!;
        foreach (var weights in key.GetProperty("weights").EnumerateObject()) values[WeightsPrefix + weights.Name] = weights.Value.GetString()!;
        foreach (var upstream in key.GetProperty("upstream").EnumerateObject())
        {
            if (upstream.Value.ValueKind == JsonValueKind.Object) AddKey(values, upstream.Value);
            else values[ResultPrefix + upstream.Name] = upstream.Value.GetString()!;
        }
    }

    private static void Add(Dictionary<string, string> values, string path, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var entry in element.EnumerateObject()) Add(values, $"{path}.{KeyName(entry.Name)}", entry.Value);
                break;
            case JsonValueKind.Array when element.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.Array):
                foreach (var (item, index) in element.EnumerateArray().Select((item, index) => (item, index))) Add(values, $"{path}[{index}]", item);
                break;
            default:
                values[path] = element.GetRawText();
                break;
        }
    }

    /// <summary>Properties are written as their keys in YAML; names of classes stay.</summary>
    private static string KeyName(string property) => char.IsAsciiLetterUpper(property[0]) ? JsonNamingPolicy.KebabCaseLower.ConvertName(property) : property;
}
