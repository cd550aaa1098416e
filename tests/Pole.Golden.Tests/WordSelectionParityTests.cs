namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class WordSelectionParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("pole_similarity");

    /// <summary>The published list has the class name last, ours first, and may have a word twice, the class name too; neither changes a choice.</summary>
    [TestCaseSource(nameof(Cases))]
    public void Normalising_published_words_again_keeps_the_names(GoldenCase golden)
    {
        foreach (var entry in golden["word_selection"].EnumerateObject().SelectMany(corpus => corpus.Value.EnumerateObject()))
        {
            var published = entry.Value.EnumerateArray().Select(word => word.GetString()!).ToList();

            var names = Corpus.FromRawWords(entry.Name, published);

            Assert.That(names[0], Is.EqualTo(entry.Name));
            Assert.That(names, Is.EquivalentTo(published), entry.Name);
            Assert.That(names.Where(name => name != entry.Name), Is.EqualTo(published.Where(name => name != entry.Name)), entry.Name);
        }
    }
}
