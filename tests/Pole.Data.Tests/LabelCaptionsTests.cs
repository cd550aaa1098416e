using Pole.Data.Loading;

namespace Pole.Data.Tests;

/// <summary>Captions of image-level labels.</summary>
public sealed class LabelCaptionsTests
{
    private static readonly LabelCaptions Captions = new([new Labelled("a", 0), new Labelled("b", 0, 2), new Labelled("c")], [["duck", "rubber duck"], ["car"], ["кот"]], ["floor"]);

    [Test]
    public void A_caption_has_a_name_of_every_class_and_is_the_same_every_time()
    {
        var captions = Enumerable.Range(0, 300).Select(index => Captions.RenderCaptioned(index, 8, 0).Caption).ToList();

        Assert.That(captions.Where((_, index) => index % 3 == 0).Distinct(), Is.EquivalentTo(new[] { "a photo of duck.", "a photo of rubber duck." }));
        Assert.That(captions.Where((_, index) => index % 3 == 1).Distinct(), Is.EquivalentTo(new[] { "a photo of duck and кот.", "a photo of rubber duck and кот." }));
        Assert.That(captions.Where((_, index) => index % 3 == 2).Distinct(), Is.EqualTo(new[] { "a photo of nothing." }));
        Assert.That(Enumerable.Range(0, 300).Select(index => Captions.RenderCaptioned(index, 8, 0).Caption), Is.EqualTo(captions));
    }

    [Test]
    public void An_image_is_seen_in_many_crops_of_one_size()
    {
        var crops = Enumerable.Range(0, 10).Select(index => Captions.RenderCaptioned(3 * index, 8, 0).Image).ToList();

        Assert.That(crops.Select(crop => (crop.Width, crop.Height)), Is.All.EqualTo((8, 8)));
        Assert.That(crops.Select(crop => Convert.ToHexString(crop.Pixels)).Distinct().Count(), Is.GreaterThan(7));
    }

    [Test]
    public void Every_word_of_captions_and_prompts_is_in_the_vocabulary()
    {
        var words = Captions.Vocabulary.SelectMany(name => name.Split(' ')).ToHashSet();

        Assert.That(Enumerable.Range(0, 30).SelectMany(index => Captions.RenderCaptioned(index, 8, 0).Caption.TrimEnd('.').Split(' ')).Append("floor").Distinct(), Is.SubsetOf(words));
    }

    [Test]
    public void Labels_do_not_say_what_is_left_when_a_part_is_hidden() => Assert.That(() => Captions.RenderCaptioned(0, 8, 0.5), Throws.ArgumentException);

    private sealed class Labelled(string id, params int[] present) : ISample
    {
        public string Id => id;

        public IReadOnlyList<int> PresentClasses => present;

        public bool HasLabels => false;

        public RgbImage LoadImage()
        {
            var pixels = new byte[3 * 20 * 16];
            new Random(id[0]).NextBytes(pixels);
            return new RgbImage(20, 16, pixels);
        }

        public LabelMap LoadLabels() => throw new NotSupportedException();
    }
}
