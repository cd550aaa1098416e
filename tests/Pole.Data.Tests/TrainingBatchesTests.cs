using Pole.Data.Augmentations;
using Pole.Data.Loading;

namespace Pole.Data.Tests;

public sealed class TrainingBatchesTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 1, LearningRate = 1, BatchSize = 4, Augmentation = new RandomLongSideOptions { From = 24, To = 40 }, Crop = 32 };

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
        using var batch = Epoch(new TrainingBatches(Samples(4), 2, Options, 0), 0).Single().ToTensors();

        foreach (var (sample, row) in batch.Samples.Select((sample, row) => (sample, row)))
            Assert.That(batch.Labels[row].data<float>().ToArray(), Is.EqualTo(sample.PresentClasses[0] == 0 ? new[] { 1f, 0f } : [0f, 1f]));
    }

    [TestCase(0)]
    [TestCase(3)]
    public void A_damaged_image_ends_the_epoch_with_its_own_error(int workers) =>
        Assert.That(() => new TrainingBatches([.. Samples(3), new FakeSample(3, Damaged: true)], 2, Options, 0).Epoch(0, workers, CancellationToken.None).ToList(), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo("3 is damaged"));

    [Test]
    public void Augmentation_depends_on_its_seed_alone()
    {
        var image = Samples(1)[0].LoadImage();

        Assert.That(Crop(Options, image, 1), Is.EqualTo(Crop(Options, Samples(1)[0].LoadImage(), 1)));
        Assert.That(Crop(Options, image, 2), Is.Not.EqualTo(Crop(Options, image, 1)));
    }

    [Test]
    public void A_factor_is_drawn_from_a_list_or_a_range_of_the_images_own_size()
    {
        var image = new RgbImage(20, 10, [.. Enumerable.Repeat((byte)255, 600)]);
        int Pixels(TrainingOptions options, int seed) => Crop(options, image, seed).Take(32 * 32).Count(value => value != 0);
        var listed = Enumerable.Range(0, 30).Select(seed => Pixels(Options with { Augmentation = new RandomScaleOptions { Factors = [0.5, 1.5] } }, seed)).Distinct();
        var ranged = Enumerable.Range(0, 30).Select(seed => Pixels(Options with { Augmentation = new RandomScaleOptions { From = 0.5, To = 1.5 } }, seed)).ToList();

        Assert.That(listed, Is.EquivalentTo(new[] { 10 * 5, 30 * 15 }));
        Assert.That(ranged, Is.All.InRange(10 * 5, 30 * 15));
        Assert.That(ranged.Distinct().Count(), Is.GreaterThan(5));
    }

    [Test]
    public void Caffe_sees_blue_first_and_bytes_less_the_mean()
    {
        var crop = new float[3 * 32 * 32];
        new RandomScaleOptions { From = 1, To = 1 }.Create(ModuleContext.None).Apply(new RgbImage(32, 32, [.. Enumerable.Range(0, 32 * 32).SelectMany(_ => new byte[] { 200, 100, 50 })]), 0, 32, PixelNormalisation.Caffe, crop);

        Assert.That(new[] { crop[0], crop[32 * 32], crop[2 * 32 * 32] }, Is.EqualTo(new[] { 50 - 104.008f, 100 - 116.669f, 200 - 122.675f }).Within(1e-3));
    }

    [TestCase(20, 20)]
    [TestCase(60, 20)]
    [TestCase(20, 60)]
    public void A_crop_has_zeros_where_the_image_ends(int width, int height)
    {
        var white = new RgbImage(width, height, [.. Enumerable.Repeat((byte)255, width * height * 3)]);
        var crop = Crop(Options with { Augmentation = new RandomLongSideOptions { From = 24, To = 24 } }, white, 0);

        Assert.That(crop.Take(32 * 32).Count(value => value != 0), Is.EqualTo(Math.Round(24.0 * Math.Min(width, height) / Math.Max(width, height)) * 24));
    }

    [Test]
    public void A_mirrored_crop_is_the_crop_of_the_mirrored_image()
    {
        var options = Options with { Augmentation = new RandomLongSideOptions { From = 30, To = 30 }, Crop = 30 };
        var image = Samples(1)[0].LoadImage();
        var mirrored = image with { Pixels = [.. Enumerable.Range(0, 600).SelectMany(pixel => Enumerable.Range(0, 3).Select(channel => image.Pixels[(pixel / 30 * 30 + 29 - pixel % 30) * 3 + channel]))] };
        // Seeds differ in mirroring, and in the row at which the image lies in the padding.
        var plain = Enumerable.Range(0, 200).Select(seed => Crop(options, image, seed)).ToList();

        foreach (var crop in Enumerable.Range(0, 20).Select(seed => Crop(options, mirrored, seed))) Assert.That(plain.Any(other => other.SequenceEqual(crop)));
    }

    private static float[] Crop(TrainingOptions options, RgbImage image, int seed)
    {
        var crop = new float[3 * options.Crop * options.Crop];
        options.Augmentation!.Create(ModuleContext.None).Apply(image, seed, options.Crop, PixelNormalisation.ImageNet, crop);
        return crop;
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5)]
    public void The_numbers_do_not_depend_on_the_number_of_workers(int workers)
    {
        var batches = new TrainingBatches(Samples(20), 2, Options, 3);

        Assert.That(batches.Epoch(1, workers, CancellationToken.None).Select(batch => batch.Pixels), Is.EqualTo(Epoch(batches, 1).Select(batch => batch.Pixels)));
    }

    private static IEnumerable<PreparedBatch> Epoch(TrainingBatches batches, int epoch) => batches.Epoch(epoch, 2, CancellationToken.None);

    private static List<string> Ids(TrainingBatches batches, int epoch)
    {
        var ids = new List<string>();
        foreach (var batch in Epoch(batches, epoch)) ids.AddRange(batch.Samples.Select(sample => sample.Id));
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
