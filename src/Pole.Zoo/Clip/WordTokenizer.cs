using System.Text.RegularExpressions;

namespace Pole.Zoo.Clip;

/// <summary>One token per word, for a small CLIP whose captions come from a closed vocabulary. Id 0 pads; start and end follow the words.</summary>
public sealed partial class WordTokenizer : ITextTokenizer
{
    private readonly Dictionary<string, long> ids;

    public WordTokenizer(IEnumerable<string> words, int contextLength)
    {
        ids = words.SelectMany(Split).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select((word, index) => (word, index)).ToDictionary(entry => entry.word, entry => (long)entry.index + 1, StringComparer.Ordinal);
        ContextLength = contextLength;
    }

    public int ContextLength { get; }

    /// <summary>Words, padding, start and end.</summary>
    public int VocabularySize => ids.Count + 3;

    public long[] Encode(string text)
    {
        var row = new long[ContextLength];
        var length = 0;
        row[length++] = ids.Count + 1;
        foreach (var word in Split(text))
        {
            if (!ids.TryGetValue(word, out var id)) throw new ExperimentException($"\"{text}\": the vocabulary of the small CLIP has no word '{word}'; it knows {string.Join(", ", ids.Keys)}");
            if (length == ContextLength - 1) throw new ExperimentException($"\"{text}\" has more than {ContextLength - 2} words");
            row[length++] = id;
        }

        row[length] = ids.Count + 2;
        return row;
    }

    private static IEnumerable<string> Split(string text) => Word().Matches(text.ToLowerInvariant()).Select(match => match.Value);

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}-]+")]
    private static partial Regex Word();
}
