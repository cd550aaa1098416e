using System.Security.Cryptography;
using Pole.Data.Shapes;

namespace Pole.Data.Tests;

public sealed class ShapesTests : TemporaryFolder
{
    private static readonly ShapesOptions Small = new() { TrainImages = 12, EvaluationImages = 4, Side = 64 };

    /// <summary>The renderer uses additions, products, quotients and floors only: these hashes hold on every machine.</summary>
    [TestCase(0, "281e5828d81b489d")]
    [TestCase(7, "202b31619d5679ca")]
    public void A_scene_has_the_same_pixels_and_labels_everywhere(int index, string hash)
    {
        var scene = SceneComposer.Compose(RenderRandom.For(3, 0, index));
        var image = SceneRenderer.RenderImage(scene, 48, index);
        var labels = SceneRenderer.RenderLabels(scene, 48, new ShapesDataset(Small, Folder).Classes);

        Assert.That(Convert.ToHexStringLower(SHA256.HashData([.. image.Pixels, .. labels.Labels]))[..16], Is.EqualTo(hash));
    }

    [Test]
    public void A_run_that_renders_the_same_at_the_same_time_may_be_first()
    {
        new ShapesDataset(Small, Folder).Prepare(new SilentProgress(), CancellationToken.None);
        var finished = Directory.GetDirectories(Folder).Single();
        var kept = Path.Combine(Path.GetDirectoryName(finished)!, "kept");
        Directory.Move(finished, kept);

        // The other run's folder appears while this one still renders.
        var dataset = new ShapesDataset(Small, Folder);
        dataset.Prepare(new SilentProgress { OnAdvance = () => { lock (kept) if (Directory.Exists(kept)) Directory.Move(kept, finished); } }, CancellationToken.None);

        Assert.That(Directory.GetDirectories(Folder), Is.EqualTo(new[] { finished }));
        Assert.That(dataset.Samples("train")[0].LoadImage().Width, Is.EqualTo(64));
    }

    [Test]
    public void Every_class_has_two_to_four_variants_with_words_of_their_own()
    {
        var classes = new ShapesDataset(Small, Folder).Classes;

        Assert.That(classes, Has.Count.GreaterThanOrEqualTo(6));
        Assert.That(ObjectCatalog.All.GroupBy(variant => variant.Class).Select(group => group.Key), Is.EquivalentTo(classes));
        Assert.That(ObjectCatalog.All.GroupBy(variant => variant.Class).Select(group => group.Count()), Is.All.InRange(2, 4));
        Assert.That(ObjectCatalog.All.Select(variant => variant.Names.Word), Is.Unique);
    }

    [Test]
    public void Classes_are_mostly_at_home_and_now_and_then_elsewhere()
    {
        var scenes = Enumerable.Range(0, 1000).Select(index => SceneComposer.Compose(RenderRandom.For(0, 0, index))).ToList();
        foreach (var group in scenes.SelectMany(scene => scene.Objects.Select(placed => (placed.Variant.Class, scene.Scenery))).GroupBy(seen => seen.Class))
            Assert.That(group.Count(seen => seen.Scenery == SceneryCatalog.HomeOf(group.Key).Scenery) / (double)group.Count(), Is.InRange(0.35, 0.9), group.Key);

        // What a class is never seen without, no label can tell from it.
        Assert.That(scenes.Where(scene => scene.Scenery == SceneryCatalog.Water).Count(scene => scene.Objects.All(placed => placed.Variant.Class is not ("boat" or "fish"))), Is.GreaterThan(10));
        Assert.That(scenes.Count(scene => scene.Objects.Count > 1), Is.GreaterThan(400));
    }

    [Test]
    public void Captions_show_every_ground_alone_and_sometimes_nothing()
    {
        var dataset = new ShapesDataset(Small, Folder);
        var captions = Enumerable.Range(0, 2000).Select(index => dataset.RenderCaptioned(index, 32, 0.6).Caption).ToList();

        foreach (var scenery in SceneryCatalog.All) Assert.That(captions.Count(caption => caption == $"a photo of {scenery.Word}."), Is.GreaterThan(50), scenery.Word);
        Assert.That(captions.Count(caption => caption == "a photo of nothing."), Is.GreaterThan(40));
    }

    [Test]
    public void Words_are_ambiguous_rare_and_of_parts_as_the_corpora_of_names_say()
    {
        var ambiguous = ObjectCatalog.All.Where(variant => variant.Names.Ambiguous is not null).GroupBy(variant => variant.Names.Ambiguous);
        var draws = Enumerable.Range(0, 10_000).Select(draw => draw / 10_000.0).ToList();

        Assert.That(ambiguous.Select(word => word.Select(variant => variant.Class).Distinct().Count()), Is.All.EqualTo(2));
        Assert.That(ObjectCatalog.All.SelectMany(variant => new[] { variant.Names.Word, variant.Names.Rare }).Concat(ObjectCatalog.Parts), Is.Unique);
        foreach (var names in ObjectCatalog.All.Select(variant => variant.Names))
            Assert.That(draws.CountBy(draw => names.Draw("class", draw)).OrderByDescending(word => word.Value).First().Key, Is.EqualTo(names.Word));
        foreach (var variants in ObjectCatalog.All.GroupBy(variant => variant.Class))
            Assert.That(variants.Max(variant => variant.Names.ClassShare) / variants.Min(variant => variant.Names.ClassShare), Is.GreaterThan(2), "the class name is good for some variants only");
    }

    [Test]
    public void Rendered_names_are_those_of_what_is_seen_most()
    {
        var rule = new RenderedNamesOptions { Seed = 3 }.Create(ModuleContext.None);
        var classes = new ShapesDataset(Small, Folder).Classes;
        for (var image = 0; image < 50; image++)
        {
            var scene = SceneComposer.Compose(RenderRandom.For(3, 0, image));
            foreach (var variant in scene.Objects.Select(placed => placed.Variant).GroupBy(variant => variant.Class).Where(group => group.Distinct().Count() == 1).Select(group => group.First()))
            {
                var candidate = new NameCandidates($"shapes_{image:D6}", classes.ToList().IndexOf(variant.Class), [variant.Class, "other", variant.Names.Word], []);

                Assert.That(rule.Choose([candidate]), Is.EqualTo(new[] { 2 }));
                Assert.That(rule.Choose([candidate with { Names = [variant.Class, "other"] }]), Is.EqualTo(new[] { 0 }));
            }
        }
    }

    [Test]
    public void It_is_written_in_VOC_layout_with_labels_that_agree()
    {
        var dataset = Render();

        foreach (var sample in dataset.Samples(dataset.TrainSplit).Concat(dataset.Samples(dataset.EvaluationSplit)))
        {
            var labels = sample.LoadLabels();
            Assert.That((sample.LoadImage().Width, labels.Width, labels.Height), Is.EqualTo((64, 64, 64)));
            Assert.That(sample.PresentClasses, Is.EqualTo(labels.Labels.Where(label => label != 0).Distinct().Order().Select(label => label - 1)));
        }

        var root = Directory.GetDirectories(Folder).Single();
        Assert.That(Directory.GetDirectories(root).Select(Path.GetFileName), Is.EquivalentTo(new[] { "JPEGImages", "SegmentationClass", "Annotations", "ImageSets" }));
        Assert.That(File.ReadAllLines(Path.Combine(root, "ImageSets", "Segmentation", "val.txt")), Has.Length.EqualTo(4));
    }

    [Test]
    public void It_is_rendered_once()
    {
        Render();
        var written = Directory.GetLastWriteTimeUtc(Directory.GetDirectories(Folder).Single());
        Render();

        Assert.That(Directory.GetLastWriteTimeUtc(Directory.GetDirectories(Folder).Single()), Is.EqualTo(written));
    }

    [Test]
    public void Stopping_leaves_nothing_that_looks_finished()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.That(() => new ShapesDataset(Small, Folder).Prepare(new SilentProgress(), stopped.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetDirectories(Folder).Where(path => !path.EndsWith(".tmp", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Captions_use_the_vocabulary_only()
    {
        var dataset = new ShapesDataset(Small, Folder);
        var words = Enumerable.Range(0, 200).SelectMany(index => dataset.RenderCaptioned(index, 32, 0.5).Caption.TrimEnd('.').Split(' ')).Distinct();

        Assert.That(words, Is.SubsetOf(dataset.Vocabulary));
    }

    [Test]
    public void A_picture_of_which_everything_is_hidden_has_the_mean_colour_and_shows_nothing()
    {
        var dataset = new ShapesDataset(Small, Folder);
        var empty = Enumerable.Range(0, 400).Select(index => dataset.RenderCaptioned(index, 32, 1)).Where(pair => pair.Caption == "a photo of nothing." && pair.Image.Pixels.Distinct().Count() == 3).ToList();

        Assert.That(empty, Is.Not.Empty);
        Assert.That(empty.Select(pair => pair.Image.Pixels.Chunk(3).Distinct(new SameColour()).Single()), Is.All.EqualTo(new byte[] { 124, 116, 104 }));
    }

    [Test]
    public void A_caption_of_a_masked_scene_names_what_is_left()
    {
        var random = RenderRandom.For(0, 0, 0);
        var scenes = Enumerable.Range(0, 200).Select(_ => SceneComposer.Compose(random)).Where(scene => scene.Objects.Count > 1).ToList();
        foreach (var scene in scenes)
        {
            var view = new MaskedView(scene, 32, random);
            var (front, image) = (SceneRenderer.RenderFront(scene, 32), view.Apply(new RgbImage(32, 32, [.. Enumerable.Repeat((byte)255, 32 * 32 * 3)])));
            // What is seen in full is white still. A soft mask shows a piece in full that is larger than a few of its cells, and nothing of the middle of another.
            var white = front.Where((_, pixel) => image.Pixels[3 * pixel] > 250).CountBy(seen => seen).ToDictionary();
            var large = Enumerable.Range(0, scene.Objects.Count).Where(index => front.Count(seen => seen == index) > 100).ToList();

            Assert.That(large.Where(view.Objects.Contains), Is.SubsetOf(white.Keys));
            Assert.That(large.Except(view.Objects).Where(hidden => white.GetValueOrDefault(hidden) > front.Count(seen => seen == hidden) / 2), Is.Empty);
        }
    }

    private sealed class SameColour : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? one, byte[]? other) => one!.SequenceEqual(other!);

        public int GetHashCode(byte[] colour) => colour[0];
    }

    private ShapesDataset Render()
    {
        var dataset = new ShapesDataset(Small, Folder);
        dataset.Prepare(new SilentProgress(), CancellationToken.None);
        return dataset;
    }
}
