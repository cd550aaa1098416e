using Pole.Pipeline.Evaluation;
using Pole.Runner.Comparing;

namespace Pole.Runner.Tests;

public sealed class PairedBootstrapTests
{
    private const int Pixels = 1000;

    [Test]
    public void An_experiment_does_not_differ_from_itself()
    {
        var images = Images(new Random(1), 50, 0.5);

        Assert.That(PairedBootstrap.Compare([images], [images]), Is.EqualTo(new ScoreDifference(0, 0, 0, 1)));
    }

    [Test]
    public void What_is_better_on_every_image_is_better_on_every_resample()
    {
        var worse = Images(new Random(1), 50, 0.4);
        List<ImageScore> better = [.. worse.Select(image => image with { Intersection = [.. image.Intersection.Select(pixels => pixels + 50)] })];
        var difference = PairedBootstrap.Compare([better], [worse])!;

        Assert.That(difference.Mean, Is.EqualTo(0.05).Within(1e-12));
        Assert.That((difference.Low, difference.High), Is.EqualTo((0.05, 0.05)).Within(1e-9));
        Assert.That(difference.Probability, Is.EqualTo(2.0 / (PairedBootstrap.Resamples + 1)));
    }

    [Test]
    public void The_difference_is_of_summed_counts_not_of_means_over_images()
    {
        List<ImageScore> one = [new("a", [0], [10], [10]), new("b", [0, 1], [0, 50], [90, 100])], other = [new("a", [0], [0], [10]), new("b", [0, 1], [0, 50], [90, 100])];

        Assert.That(PairedBootstrap.Compare([one], [other])!.Mean, Is.EqualTo((10.0 / 100 + 0.5) / 2 - 0.25).Within(1e-12));
    }

    [Test]
    public void Seeds_are_averaged()
    {
        var (one, other) = (Images(new Random(1), 30, 0.6), Images(new Random(2), 30, 0.4));
        var difference = PairedBootstrap.Compare([one, other], [other])!.Mean;

        Assert.That(difference, Is.EqualTo(PairedBootstrap.Compare([one], [other])!.Mean / 2).Within(1e-12));
    }

    [Test]
    public void Experiments_on_other_images_are_not_compared() =>
        Assert.That(PairedBootstrap.Compare([Images(new Random(1), 5, 0.5)], [Images(new Random(1), 6, 0.5)]), Is.Null);

    [Test]
    public void Of_experiments_that_differ_by_chance_about_one_in_twenty_is_significant_at_five_percent()
    {
        const int trials = 400;
        var random = new Random(5);
        var significant = Enumerable.Range(0, trials).Count(_ => PairedBootstrap.Compare([Images(random, 80, 0.5)], [Images(random, 80, 0.5)], resamples: 400)!.Probability < 0.05);

        Assert.That((double)significant / trials, Is.InRange(0.02, 0.1));
    }

    [Test]
    public void Labels_that_an_image_does_not_have_count_as_nothing_of_it()
    {
        var random = new Random(3);
        List<ImageScore> one = Some(), other = Some();
        List<ImageScore> Full(List<ImageScore> images) => [.. images.Select(image => image with { Labels = [.. Enumerable.Range(0, 9)], Intersection = [.. Enumerable.Range(0, 9).Select(label => At(image, label, image.Intersection))], Union = [.. Enumerable.Range(0, 9).Select(label => At(image, label, image.Union))] })];

        Assert.That(PairedBootstrap.Compare([one], [other], resamples: 200), Is.EqualTo(PairedBootstrap.Compare([Full(one)], [Full(other)], resamples: 200)));

        List<ImageScore> Some() => [.. Enumerable.Range(0, 40).Select(image => new ImageScore($"{image}", [0, 1 + image % 4, 5 + image % 4], [random.Next(Pixels), random.Next(Pixels), random.Next(Pixels)], [Pixels, Pixels, Pixels]))];
        static long At(ImageScore image, int label, IReadOnlyList<long> values) => image.Labels.Index().Where(entry => entry.Item == label).Select(entry => values[entry.Index]).SingleOrDefault();
    }

    private static List<ImageScore> Images(Random random, int count, double iou)
    {
        return [.. Enumerable.Range(0, count).Select(index => new ImageScore($"{index}", [0, 1], [Overlap(), Overlap()], [Pixels, Pixels]))];

        long Overlap() => (long)(Pixels * Math.Clamp(iou + 0.2 * (random.NextDouble() - 0.5), 0, 0.9));
    }
}
