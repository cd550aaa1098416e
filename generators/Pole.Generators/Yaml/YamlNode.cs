using Pole.Generators.Diagnostics;

namespace Pole.Generators.Yaml;

/// <summary>A YAML value that knows its file, line and column, also after it was merged into another file's map.</summary>
internal abstract record YamlNode(SourceSpan Span);

internal sealed record YamlScalar(SourceSpan Span, string Text, bool IsQuoted) : YamlNode(Span)
{
    public bool IsNull => !IsQuoted && Text is "" or "~" or "null";
}

internal sealed record YamlList(SourceSpan Span, EquatableArray<YamlNode> Items) : YamlNode(Span);

internal sealed record YamlMap(SourceSpan Span, EquatableArray<YamlEntry> Entries) : YamlNode(Span)
{
    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);
}

internal sealed record YamlEntry(string Key, SourceSpan KeySpan, YamlNode Value);
