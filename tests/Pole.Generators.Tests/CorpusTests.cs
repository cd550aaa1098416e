using System.Text.Json;

namespace Pole.Generators.Tests;

/// <summary>The paper's corpora hold the published words.</summary>
public sealed class CorpusTests
{
    [TestCase("chatgpt")]
    [TestCase("bnc")]
    [TestCase("google-news")]
    [TestCase("wikipedia")]
    public void A_corpus_has_the_published_names_of_every_class_in_their_order(string name)
    {
        var published = Path.GetFullPath(Path.Combine(CheckedInSpecs.Root, "..", "..", "shared", "data", "corpora.json"));
        if (!File.Exists(published)) Assert.Ignore($"{published} is not there");
        var expected = JsonDocument.Parse(File.ReadAllText(published)).RootElement.GetProperty("corpora").GetProperty(name).EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => Corpus.FromRawWords(entry.Name, entry.Value.EnumerateArray().Select(word => word.GetString()!)).ToList());

        var corpus = CheckedInSpecs.Compile().LoadCorpus(name);

        Assert.That(corpus.Names.Values.ToDictionary(names => names[0], names => names.ToList()), Is.EqualTo(expected));
    }
}
