using System.Reflection;
using System.Text.Json;
using Pole.Zoo.Clip;

namespace Pole.Golden.Tests;

/// <summary>Prompts are plain English: the cases that need HTML unescaping or ftfy are not asked for yet.</summary>
[Category("Golden")]
public sealed class TokenizerParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("tokenizer");

    [TestCaseSource(nameof(Cases))]
    public void Plain_prompts_have_the_published_ids(GoldenCase golden)
    {
        var tokenizer = ClipTokenizer.Read(VocabularyFile());
        foreach (var entry in golden["cases"].EnumerateArray().Where(entry => IsPlain(entry.GetProperty("text").GetString()!)))
        {
            var text = entry.GetProperty("text").GetString()!;
            Assert.That(tokenizer.EncodeWords(text), Is.EqualTo(entry.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())), text);
            if (entry.GetProperty("padded") is { ValueKind: JsonValueKind.Array } padded)
                Assert.That(tokenizer.Encode(text), Is.EqualTo(padded.EnumerateArray().Select(id => id.GetInt64())), text);
        }
    }

    private static bool IsPlain(string text) => text.All(character => character is >= ' ' and <= '~' and not '<' and not '&');

    private static string VocabularyFile()
    {
        var root = typeof(GoldenCase).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;
        var path = Path.GetFullPath(Path.Combine(root, "..", "shared", "data", ClipTokenizer.Vocabulary.FileName));
        if (!File.Exists(path)) Assert.Ignore($"{path} is not there");
        return path;
    }
}
