namespace Pole.Zoo.Clip.Aligned;

/// <summary>A whole prompt is one token, the number of its row: there is no text tower that could read another.</summary>
internal sealed class TextRowTokenizer : ITextTokenizer
{
    private readonly Dictionary<string, long> rows;
    private readonly string template;

    public TextRowTokenizer(TextSpace space)
    {
        template = space.Template;
        rows = space.Names.Index().ToDictionary(name => template.Replace("{}", name.Item, StringComparison.Ordinal), name => (long)name.Index, StringComparer.Ordinal);
    }

    public int ContextLength => 1;

    public long[] Encode(string text) => rows.TryGetValue(text, out var row) ? [row]
        : throw new ExperimentException($"\"{text}\" has no published embedding: those that there are have the template \"{template}\" around the names of the published tables (docs/photographs.md)");
}
