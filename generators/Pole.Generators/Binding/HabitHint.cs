namespace Pole.Generators.Binding;

/// <summary>How what other tools have is written here: what a message ends with.</summary>
internal static class HabitHint
{
    /// <summary>Of an unknown key: a colon without a blank, a dotted path, a decimal comma, or a key that is spelt alike.</summary>
    /// <param name="known">Keys that there are.</param>
    public static string OfKey(YamlEntry entry, IReadOnlyList<string> known)
    {
        if (entry.Key.IndexOf(':') is var colon and > 0 && known.Contains(entry.Key.Substring(0, colon).Trim())) return $"; write a blank after the colon: '{entry.Key.Substring(0, colon)}: {entry.Key.Substring(colon + 1).Trim()} …'";
        if (entry.Key.IndexOf('.') is var dot and > 0 && known.Contains(entry.Key.Substring(0, dot))) return $"; keys are nested: {Nested(entry.Key.Split('.'), entry.Value)}";
        if (entry is { Key: { Length: > 0 } digits, Value: YamlScalar { IsNull: true } } && digits.All(char.IsDigit)) return "; a comma separates keys here: write a decimal with a point";
        return Nearest.Hint(entry.Key, known, "the keys are");
    }

    /// <summary>Of a list where an experiment has one value; nothing of another node.</summary>
    public static string OfSeveralValues(YamlNode node, string path) =>
        node is YamlList { Items.Count: > 0 } list && list.Items.All(item => item is YamlScalar) ? $"; for an experiment with each of them: sweep: {{ {path}: [{string.Join(", ", list.Items.Cast<YamlScalar>().Select(Written))}] }}" : "";

    private static string Nested(string[] keys, YamlNode value) =>
        $"{string.Join(" { ", keys.Select(key => $"{key}:"))} {(value is YamlScalar scalar ? Written(scalar) : "…")}{string.Concat(Enumerable.Repeat(" }", keys.Length - 1))}";

    /// <summary>As it can stand inside brackets and braces.</summary>
    private static string Written(YamlScalar scalar) =>
        !scalar.IsQuoted && scalar.Text.Length > 0 && scalar.Text.All(character => char.IsLetterOrDigit(character) || character is '.' or '_' or '+' or '-' or '/') ? scalar.Text : $"'{scalar.Text.Replace("'", "''")}'";
}
