using System.Reflection;
using System.Text.Json;
using Pole.Zoo.Clip;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class TokenizerParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("tokenizer");

    [TestCaseSource(nameof(Cases))]
    public void Every_text_has_the_published_ids(GoldenCase golden)
    {
        var tokenizer = ClipTokenizer.Read(VocabularyFile());
        Assert.Multiple(() =>
        {
            foreach (var entry in golden["cases"].EnumerateArray())
            {
                var text = entry.GetProperty("text").GetString()!;
                Assert.That(tokenizer.EncodeWords(text), Is.EqualTo(Ids(entry, "ids")), text);
                if (entry.GetProperty("raises_without_truncate").GetBoolean())
                {
                    Assert.That(() => tokenizer.Encode(text), Throws.InstanceOf<ExperimentException>(), text);
                    Assert.That(tokenizer.EncodeTruncated(text), Is.EqualTo(Ids(entry, "truncated")), text);
                }
                else
                {
                    Assert.That(tokenizer.Encode(text), Is.EqualTo(Ids(entry, "padded")), text);
                }
            }
        });
    }

    private static IEnumerable<long> Ids(JsonElement entry, string key) => entry.GetProperty(key).EnumerateArray().Select(id => id.GetInt64());

    internal static string VocabularyFile()
    {
        var root = typeof(GoldenCase).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;
        var path = Path.GetFullPath(Path.Combine(root, "..", "shared", "data", ClipTokenizer.Vocabulary.FileName));
        if (!File.Exists(path)) Assert.Ignore($"{path} is not there");
        return path;
    }
}
