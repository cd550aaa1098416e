using System.Collections;
using System.Globalization;
using Pole.Specs;

namespace Pole.Runner.Specs;

/// <summary>One key of a resolved spec.</summary>
/// <param name="Name">Empty for an item of a list.</param>
/// <param name="Path">From the root: <c>prompt.synonyms</c>, <c>stages[0].name</c>.</param>
/// <param name="Value">As it stands in YAML; null where the key has keys of its own.</param>
/// <param name="Origin">Null for a default.</param>
/// <param name="Affects">Whether results depend on it.</param>
internal sealed record ResolvedKey(string Name, string Path, string? Value, SpecOrigin? Origin, bool Affects, IReadOnlyList<ResolvedKey> Below);

/// <summary>A spec with everything that it extends and every default written out.</summary>
internal static class ResolvedSpec
{
    private const string ModuleName = "name";

    public static IReadOnlyList<ResolvedKey> Of(Experiment experiment) => [.. Keys(experiment, "", experiment.Origins, affects: true)];

    /// <summary>The values of all keys by path. A corpus has its names below it, a file of classes its classes, descriptions their sentences.</summary>
    public static IReadOnlyDictionary<string, ResolvedKey> Values(Experiment experiment) => Values(Of(experiment), Contents(experiment));

    /// <inheritdoc cref="Values(Experiment)"/>
    public static IReadOnlyDictionary<string, ResolvedKey> Values(IEnumerable<ResolvedKey> keys, IEnumerable<ResolvedKey> contents)
    {
        var values = Flatten(keys).ToDictionary(key => key.Path, StringComparer.Ordinal);
        foreach (var key in contents) values[key.Path] = key;
        return values;
    }

    /// <summary>What the files hold that the spec names.</summary>
    public static IEnumerable<ResolvedKey> Contents(Experiment experiment)
    {
        foreach (var (path, classes) in ClassListsOf(experiment)) yield return Content("list", $"{path}.list", classes.Classes);
        if (experiment.Prompt is not { } prompt) yield break;
        foreach (var (index, source) in (prompt.Descriptions ?? []).Index())
        foreach (var (name, sentences) in source.Sentences) yield return Content(name, $"prompt.descriptions.{index}.{name}", sentences);
        foreach (var (name, names) in prompt.Corpus.Names) yield return Content(name, $"prompt.corpus.{name}", names.Take(prompt.CountOf(name)));
    }

    private static ResolvedKey Content(string name, string path, IEnumerable<string> items) => new(name, path, $"[{string.Join(", ", items.Select(QuoteItem))}]", null, true, []);

    private static IEnumerable<(string Path, ClassList Classes)> ClassListsOf(Experiment experiment) =>
        SpecKeys.Of(experiment.Dataset.GetType()).Select(key => (Path: $"dataset.{key.Name}", Value: key.Property.GetValue(experiment.Dataset))).Where(key => key.Value is ClassList).Select(key => (key.Path, (ClassList)key.Value!));

    private static IEnumerable<ResolvedKey> Flatten(IEnumerable<ResolvedKey> keys) => keys.SelectMany(key => key.Value is null ? Flatten(key.Below) : [key]);

    private static IEnumerable<ResolvedKey> Keys(object record, string prefix, SpecOrigins origins, bool affects)
    {
        foreach (var key in SpecKeys.Of(record.GetType()))
            if (key.Property.GetValue(record) is { } value) yield return Key(key.Name, $"{prefix}{key.Name}", value, origins, affects && key.Affects);
    }

    private static ResolvedKey Key(string name, string path, object value, SpecOrigins origins, bool affects)
    {
        var origin = origins.Of(path);
        if (value is IDictionary map)
            return new ResolvedKey(name, path, null, origin, affects, [.. map.Keys.Cast<string>().Select(entry => Key(entry, $"{path}.{entry}", map[entry]!, origins, affects))]);
        if (value is IEnumerable list and not string && list.Cast<object>().ToList() is var items && items.Any(item => Scalar(item) is null))
            return new ResolvedKey(name, path, null, origin, affects, [.. items.Select((item, index) => Key("", $"{path}[{index}]", item, origins, affects))]);
        if (Scalar(value) is { } text) return new ResolvedKey(name, path, text, origin, affects, []);
        var below = Keys(value, $"{path}.", origins, affects).ToList();
        if (PoleModuleAttribute.NameOf(value) is { } module) below.Insert(0, new ResolvedKey(ModuleName, $"{path}.{ModuleName}", module, origins.Of($"{path}.{ModuleName}") ?? origin, affects, []));
        return below.Count == 0 ? new ResolvedKey(name, path, "{}", origin, affects, []) : new ResolvedKey(name, path, null, origin, affects, below);
    }

    /// <returns>Null for what has keys.</returns>
    private static string? Scalar(object value) => value switch
    {
        string text => Quote(text),
        bool flag => flag ? "true" : "false",
        Enum member => Identifiers.ToKebabCase(member.ToString()),
        Corpus corpus => corpus.Name,
        ClassList classes => classes.Name,
        Descriptions descriptions => descriptions.Name,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object>().Select(item => item is string text ? QuoteItem(text) : Scalar(item)))}]",
        _ => null,
    };

    /// <summary>A text as an item of a list in brackets, where a comma begins the next.</summary>
    public static string QuoteItem(string text) => Quote(text) is var quoted && quoted == text && text.Contains(',', StringComparison.Ordinal) ? $"\"{text}\"" : quoted;

    /// <summary>A text as a scalar of YAML.</summary>
    public static string Quote(string text) =>
        text.Length > 0 && text == text.Trim() && text.All(character => char.IsLetterOrDigit(character) || " -_./(),'’".Contains(character, StringComparison.Ordinal)) && !double.TryParse(text, CultureInfo.InvariantCulture, out _) && text is not ("true" or "false" or "null") && !"-'".Contains(text[0], StringComparison.Ordinal)
            ? text : $"\"{string.Concat(text.Select(Escaped))}\"";

    /// <summary>A character within quotation marks. What breaks lines or cannot stand in YAML becomes its number.</summary>
    private static string Escaped(char character) => character switch
    {
        '\\' or '"' => $"\\{character}",
        '\n' => "\\n",
        '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff' => $"\\u{(int)character:x4}",
        _ when char.IsControl(character) => $"\\u{(int)character:x4}",
        _ => $"{character}",
    };
}
