namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class WordSelectionParityTests
{
    private const int MostNames = 4;

    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("pole_similarity");

    /// <summary>The published list has the class name last, ours first; the order changes no choice.</summary>
    [TestCaseSource(nameof(Cases))]
    public void Normalising_published_words_again_keeps_the_names(GoldenCase golden)
    {
        foreach (var entry in golden["word_selection"].EnumerateObject().SelectMany(corpus => corpus.Value.EnumerateObject()))
        {
            var published = entry.Value.EnumerateArray().Select(word => word.GetString()!).ToList();

            Assert.That(Corpus.FromRawWords(entry.Name, published).Take(MostNames), Is.EqualTo(published.SkipLast(1).Prepend(entry.Name)), entry.Name);
        }
    }
}
