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

    /// <summary>Ids of the published rules, by Python 3.11 with ftfy 6.3.1: letters and numbers outside the basic plane, and UTF-8 read as Windows-1252.</summary>
    [TestCase("a photo of \U0001d41c\U0001d41a\U0001d42d.", new[] { 320, 1125, 539, 15889, 250, 15889, 248, 15889, 511, 269 })]
    [TestCase("\U0001d7cf\U0001d7d0", new[] { 6874, 253, 493, 6874, 253, 494 })]
    [TestCase("a\U0001d7d0b", new[] { 320, 6874, 253, 494, 321 })]
    [TestCase("\U00010400\U00010401", new[] { 172, 238, 238, 101, 172, 238, 238, 358 })]
    [TestCase("\U00020000\u72ac", new[] { 172, 254, 222, 222, 163, 232, 361 })]
    [TestCase("\U00012400\U00012401x", new[] { 172, 240, 238, 478, 172, 240, 238, 479, 343 })]
    [TestCase("\U0001f100dog", new[] { 558, 226, 478, 1929 })]
    [TestCase("\U0001d4001\U0001d401", new[] { 15889, 478, 272, 15889, 479 })]
    [TestCase("\U0001e900!", new[] { 172, 252, 97, 351, 256 })]
    [TestCase("voil\u00c3\u00a0 le chat", new[] { 947, 543, 21259, 579, 2402 })]
    [TestCase("\u00c3 la carte", new[] { 21259, 1210, 44949 })]
    [TestCase("caf\u00c3\u00a9\u00a0noir", new[] { 15304, 12953 })]
    [TestCase("\u65e5\u672c \u00c3\u00a0", new[] { 39121, 19277, 361, 21259 })]
    [TestCase("dog!<|endoftext|>", new[] { 1929, 0, 27, 347, 40786, 4160, 91, 285 })]
    [TestCase("\u00c5\u00a0koda", new[] { 127, 354, 1313, 1140 })]
    [TestCase("\u00d0\u00a0\u044b\u0431\u0430", new[] { 16370, 45001, 140, 109, 27080 })]
    [TestCase("\u00e2\u20ac\u00a0x", new[] { 728, 510, 343 })]
    [TestCase("\u0391\u03a3 \U0001d400\u03a3", new[] { 138, 109, 139, 480, 15889, 222, 139, 480 })]
    public void A_text_that_Python_sees_otherwise_than_UTF_16_has_the_published_ids(string text, int[] ids) =>
        Assert.That(ClipTokenizer.Read(VocabularyFile()).EncodeWords(text), Is.EqualTo(ids));

    private static IEnumerable<long> Ids(JsonElement entry, string key) => entry.GetProperty(key).EnumerateArray().Select(id => id.GetInt64());

    internal static string VocabularyFile()
    {
        var root = typeof(GoldenCase).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!;
        var path = Path.GetFullPath(Path.Combine(root, "..", "shared", "data", ClipTokenizer.Vocabulary.FileName));
        if (!File.Exists(path)) Assert.Ignore($"{path} is not there");
        return path;
    }
}
