using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Tokenizers;
using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>
/// CLIP's byte-level BPE (openai/CLIP, clip/simple_tokenizer.py) on Microsoft.ML.Tokenizers: cleaned (<see cref="PromptText"/>),
/// lower-cased, each word ended with <c>&lt;/w&gt;</c>. The vocabulary comes with the weights.
/// </summary>
public sealed class ClipTokenizer : ITextTokenizer
{
    private const int PublishedContextLength = 77;
    private const int MergeCount = 49152 - 256 - 2;
    private const string EndOfWord = "</w>", Start = ClipWords.Start, End = ClipWords.End;

    private readonly BpeTokenizer bpe;
    private readonly long start;
    private readonly long end;

    private ClipTokenizer(string source, int vocabularySize, BpeTokenizer bpe, long start, long end) => (Source, VocabularySize, this.bpe, this.start, this.end) = (source, vocabularySize, bpe, start, end);

    /// <summary>The file that <see cref="Read(string)"/> wants.</summary>
    public static PublishedWeights Vocabulary { get; } = new("bpe_simple_vocab_16e6.txt.gz", "https://github.com/openai/CLIP/raw/main/clip/bpe_simple_vocab_16e6.txt.gz");

    /// <summary>The file with the vocabulary.</summary>
    public string Source { get; }

    /// <summary>Token ids are below it.</summary>
    public int VocabularySize { get; }

    public int ContextLength => PublishedContextLength;

    /// <param name="path">OpenAI's <c>bpe_simple_vocab_16e6.txt.gz</c>.</param>
    /// <exception cref="ExperimentException">The file cannot be read.</exception>
    public static ClipTokenizer Read(string path) => Parse(path, () =>
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        List<string> merges = [.. reader.ReadToEnd().Split('\n').Skip(1).Take(MergeCount)];
        var bytes = ByteSymbols().ToList();
        IEnumerable<string> symbols = [.. bytes, .. bytes.Select(symbol => symbol + EndOfWord), .. merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)), Start, End];
        return Create(path, symbols.Select((symbol, id) => KeyValuePair.Create(symbol, id)), merges);
    });

    /// <param name="vocabularyPath">Hugging Face's <c>vocab.json</c>.</param>
    /// <param name="mergesPath">Hugging Face's <c>merges.txt</c>.</param>
    /// <exception cref="ExperimentException">A file cannot be read.</exception>
    public static ClipTokenizer Read(string vocabularyPath, string mergesPath) => Parse(vocabularyPath, () =>
    {
        using var vocabulary = JsonDocument.Parse(File.ReadAllBytes(vocabularyPath));
        var merges = TextFile.Lines(TextFile.Read(mergesPath)).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal));
        return Create(vocabularyPath, Symbols(vocabulary.RootElement), [.. merges]);
    });

    /// <param name="path">Hugging Face's <c>tokenizer.json</c>.</param>
    /// <exception cref="ExperimentException">The file cannot be read.</exception>
    public static ClipTokenizer ReadTokenizerJson(string path) => Parse(path, () =>
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var model = document.RootElement.GetProperty("model");
        // Newer files write a merge as a pair, older ones as one text.
        var merges = model.GetProperty("merges").EnumerateArray().Select(merge => merge.ValueKind == JsonValueKind.Array ? $"{merge[0]} {merge[1]}" : merge.GetString()!);
        return Create(path, Symbols(model.GetProperty("vocab")), [.. merges]);
    });

    public long[] Encode(string text)
    {
        var ids = EncodeWords(text);
        if (ids.Count > ContextLength - 2) throw new ExperimentException($"\"{text}\" has {ids.Count} tokens, CLIP takes {ContextLength - 2}");
        return Row(ids);
    }

    /// <summary>Like <see cref="Encode"/>, but a text that is too long loses its end.</summary>
    public long[] EncodeTruncated(string text) => Row([.. EncodeWords(text).Take(ContextLength - 2)]);

    /// <summary>Token ids of a text, without start and end.</summary>
    public IReadOnlyList<int> EncodeWords(string text)
    {
        var clean = PromptText.LowerCase(PromptText.Clean(text));
        var ids = new List<int>();
        foreach (var word in ClipWords.Of(clean))
        {
            if (word == Start) ids.Add((int)start);
            else if (word == End) ids.Add((int)end);
            else ids.AddRange(bpe.EncodeToIds(word));
        }

        return ids;
    }

    private long[] Row(IReadOnlyList<int> ids)
    {
        var row = new long[ContextLength];
        row[0] = start;
        for (var index = 0; index < ids.Count; index++) row[index + 1] = ids[index];
        row[ids.Count + 1] = end;
        return row;
    }

    private static ClipTokenizer Create(string source, IEnumerable<KeyValuePair<string, int>> symbols, List<string> merges)
    {
        var vocabulary = symbols.ToDictionary(StringComparer.Ordinal);
        if (!vocabulary.TryGetValue(Start, out var start) || !vocabulary.TryGetValue(End, out var end)) throw new InvalidDataException($"it has no {Start} and {End}");
        var options = new BpeOptions(vocabulary)
        {
            Merges = merges,
            EndOfWordSuffix = EndOfWord,
            ByteLevel = true,
            PreTokenizer = ClipWords.Instance,
        };
        return new ClipTokenizer(source, vocabulary.Values.Max() + 1, BpeTokenizer.Create(options), start, end);
    }

    private static ClipTokenizer Parse(string path, Func<ClipTokenizer> read) => InputFile.Read(path, "CLIP's vocabulary", "get it again from where the weights are published", read);

    private static IEnumerable<KeyValuePair<string, int>> Symbols(JsonElement vocabulary) => vocabulary.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetInt32()));

    /// <summary>A printable character for each byte, as GPT-2 and CLIP order them: printable bytes stand for themselves, the others move above 255.</summary>
    private static IEnumerable<string> ByteSymbols()
    {
        int[] printable = [.. Enumerable.Range('!', '~' - '!' + 1), .. Enumerable.Range('¡', '¬' - '¡' + 1), .. Enumerable.Range('®', 'ÿ' - '®' + 1)];
        var moved = Enumerable.Range(0, 256).Except(printable).Select((_, index) => 256 + index);
        return printable.Concat(moved).Select(code => ((char)code).ToString());
    }
}
