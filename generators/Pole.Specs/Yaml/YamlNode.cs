using Pole.Specs.Diagnostics;

namespace Pole.Specs.Yaml;

/// <summary>A YAML value that knows its file, line and column, also after it was merged into another file's map.</summary>
public abstract record YamlNode(SourceSpan Span)
{
    /// <summary>What composition does with the value.</summary>
    public YamlTag Tag { get; init; }

    /// <summary>Not written, but meant by a key at a former path.</summary>
    public bool IsImplied { get; init; }
}

/// <summary>The tags that a spec may use.</summary>
public enum YamlTag
{
    None,

    /// <summary><c>!append [x]</c>: after the items of the base's list.</summary>
    Append,

    /// <summary><c>!remove [x]</c>: without these items of the base's list, or these keys of its map; <c>!remove</c> alone takes the key back.</summary>
    Remove,

    /// <summary><c>!include FILE#key.key</c>: the value that another file has there.</summary>
    Include,
}

public sealed record YamlScalar(SourceSpan Span, string Text, bool IsQuoted) : YamlNode(Span)
{
    public bool IsNull => !IsQuoted && Text is "" or "~" or "null";
}

public sealed record YamlList(SourceSpan Span, EquatableArray<YamlNode> Items) : YamlNode(Span);

public sealed record YamlMap(SourceSpan Span, EquatableArray<YamlEntry> Entries) : YamlNode(Span)
{
    /// <summary>Of an implied map of changes to a list of modules: the modules of that list where no base gives one.</summary>
    public EquatableArray<string> Defaults { get; init; }

    public YamlEntry? Find(string key)
    {
        foreach (var entry in Entries)
            if (entry.Key == key) return entry;
        return null;
    }
}

public sealed record YamlEntry(string Key, SourceSpan KeySpan, YamlNode Value);
