using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>
/// CLIP's byte-level BPE (openai/CLIP, clip/simple_tokenizer.py) on Microsoft.ML.Tokenizers: lower-cased, white space
/// collapsed, each word ended with <c>&lt;/w&gt;</c>. The vocabulary comes with the weights.
/// </summary>
public sealed partial class ClipTokenizer : ITextTokenizer
{
    private const int PublishedContextLength = 77;
    private const int MergeCount = 49152 - 256 - 2;
    private const string EndOfWord = "</w>", Start = "<|startoftext|>", End = "<|endoftext|>";

    private readonly BpeTokenizer bpe;
    private readonly long start;
    private readonly long end;

    private ClipTokenizer(BpeTokenizer bpe, long start, long end) => (this.bpe, this.start, this.end) = (bpe, start, end);

    /// <summary>The file that <see cref="Read"/> wants.</summary>
    public static PublishedWeights Vocabulary { get; } = new("bpe_simple_vocab_16e6.txt.gz", "https://github.com/openai/CLIP/raw/main/clip/bpe_simple_vocab_16e6.txt.gz");

    public int ContextLength => PublishedContextLength;

    /// <param name="path">OpenAI's <c>bpe_simple_vocab_16e6.txt.gz</c>.</param>
    /// <exception cref="ExperimentException">The file cannot be read.</exception>
    public static ClipTokenizer Read(string path)
    {
        try
        {
            using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
            return FromMerges(reader.ReadToEnd().Split('\n').Skip(1).Take(MergeCount).ToList());
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"{path}: cannot be read as CLIP's vocabulary: {exception.Message}", exception);
        }
    }

    public long[] Encode(string text)
    {
        var ids = EncodeWords(text);
        if (ids.Count > ContextLength - 2) throw new ExperimentException($"\"{text}\" has {ids.Count} tokens, CLIP takes {ContextLength - 2}");
        var row = new long[ContextLength];
        row[0] = start;
        for (var index = 0; index < ids.Count; index++) row[index + 1] = ids[index];
        row[ids.Count + 1] = end;
        return row;
    }

    /// <summary>Token ids of a text, without start and end.</summary>
    public IReadOnlyList<int> EncodeWords(string text) => bpe.EncodeToIds(WhiteSpace().Replace(text, " ").Trim().ToLowerInvariant());

    private static ClipTokenizer FromMerges(List<string> merges)
    {
        var bytes = ByteSymbols().ToList();
        IEnumerable<string> symbols = [.. bytes, .. bytes.Select(symbol => symbol + EndOfWord), .. merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)), Start, End];
        var vocabulary = symbols.Select((symbol, id) => KeyValuePair.Create(symbol, id)).ToList();
        var options = new BpeOptions(vocabulary)
        {
            Merges = merges,
            EndOfWordSuffix = EndOfWord,
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(Words(), null),
        };
        return new ClipTokenizer(BpeTokenizer.Create(options), vocabulary.Count - 2, vocabulary.Count - 1);
    }

    /// <summary>A printable character for each byte, as GPT-2 and CLIP order them: printable bytes stand for themselves, the others move above 255.</summary>
    private static IEnumerable<string> ByteSymbols()
    {
        int[] printable = [.. Enumerable.Range('!', '~' - '!' + 1), .. Enumerable.Range('¡', '¬' - '¡' + 1), .. Enumerable.Range('®', 'ÿ' - '®' + 1)];
        var moved = Enumerable.Range(0, 256).Except(printable).Select((_, index) => 256 + index);
        return printable.Concat(moved).Select(code => ((char)code).ToString());
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+")]
    private static partial Regex Words();
}
