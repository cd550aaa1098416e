using Pole.Data.Augmentation;
using Pole.Data.Loading;
using static TorchSharp.torch;

namespace Pole.Data.Tests;

public sealed class TrainingBatchesTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 1, LearningRate = 1, BatchSize = 4, ResizeFrom = 24, ResizeTo = 40, Crop = 32 };

    [Test]
    public void An_epoch_visits_every_image_once_and_drops_the_incomplete_batch()
    {
        var ids = Ids(new TrainingBatches(Samples(10), 2, Options, 0), 0);

        Assert.That(ids, Has.Count.EqualTo(8).And.Unique);
    }

    [Test]
    public void Order_depends_on_seed_and_epoch_alone()
    {
        var samples = Samples(12);
        List<string> Order(int seed, int epoch) => Ids(new TrainingBatches(samples, 2, Options, seed), epoch);
        var order = Order(5, 3);

        Assert.That(Order(5, 3), Is.EqualTo(order));
        Assert.That(Order(5, 4), Is.Not.EqualTo(order));
        Assert.That(Order(6, 3), Is.Not.EqualTo(order));
    }

    [Test]
    public void Labels_are_one_for_the_classes_present()
    {
        using var batch = new TrainingBatches(Samples(4), 2, Options, 0).Epoch(0).Single();

        foreach (var (sample, row) in batch.Samples.Select((sample, row) => (sample, row)))
            Assert.That(batch.Labels[row].data<float>().ToArray(), Is.EqualTo(sample.PresentClasses[0] == 0 ? new[] { 1f, 0f } : [0f, 1f]));
    }

    [Test]
    public void A_damaged_image_ends_the_epoch_with_its_own_error() =>
        Assert.That(() => new TrainingBatches([.. Samples(3), new FakeSample(3, Damaged: true)], 2, Options, 0).Epoch(0).ToList(), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("3 is damaged"));

    [Test]
    public void Augmentation_depends_on_its_seed_alone()
    {
        using var scope = NewDisposeScope();
        var augmentation = new TrainingAugmentation(Options);
        var image = Samples(1)[0].LoadImage();

        var crop = augmentation.Apply(image, 1);

        Assert.That(augmentation.Apply(image, 1).Equals(crop));
        Assert.That(!augmentation.Apply(image, 2).Equals(crop));
    }

    [TestCase(20, 20)]
    [TestCase(60, 20)]
    [TestCase(20, 60)]
    public void A_crop_has_its_size_and_zeros_where_the_image_ends(int width, int height)
    {
        using var scope = NewDisposeScope();
        var options = Options with { ResizeFrom = 24, ResizeTo = 24 };
        var crop = new TrainingAugmentation(options).Apply(new RgbImage(width, height, [.. Enumerable.Repeat((byte)255, width * height * 3)]), 0);
        var area = Math.Round(24.0 * Math.Min(width, height) / Math.Max(width, height)) * 24;

        Assert.That(crop.shape, Is.EqualTo(new long[] { 3, 32, 32 }));
        Assert.That(crop[0].count_nonzero().item<long>(), Is.EqualTo(area));
    }

    private static List<string> Ids(TrainingBatches batches, int epoch)
    {
        var ids = new List<string>();
        foreach (var batch in batches.Epoch(epoch))
            using (batch) ids.AddRange(batch.Samples.Select(sample => sample.Id));
        return ids;
    }

    private static List<ISample> Samples(int count) => [.. Enumerable.Range(0, count).Select(index => (ISample)new FakeSample(index))];

    private sealed record FakeSample(int Index, bool Damaged = false) : ISample
    {
        public string Id => Index.ToString();

        public IReadOnlyList<int> PresentClasses => [Index % 2];

        public RgbImage LoadImage() => Damaged ? throw new ExperimentException($"{Id} is damaged") : new RgbImage(30, 20, [.. Enumerable.Range(0, 1800).Select(value => (byte)(value * 7 + Index))]);

        public LabelMap LoadLabels() => throw new InvalidOperationException("training must not look at label maps");
    }
}
