using Pole.Pipeline.External;

namespace Pole.Pipeline.Tests;

/// <summary>Images that are larger than a window.</summary>
public sealed class WindowedLabelsTests
{
    [Test]
    public void Windows_keep_every_pixel_once_and_none_near_an_edge_within_the_image()
    {
        foreach (var window in new[] { 64, 65, 100 })
        for (var length = 1; length <= 500; length++)
        {
            var windows = WindowedLabels.Windows(length, window);
            Assert.That(windows.SelectMany(one => Enumerable.Range(one.KeptFrom, one.KeptTo - one.KeptFrom)), Is.EqualTo(Enumerable.Range(0, length)), $"{length} by {window}");
            foreach (var one in windows)
            {
                Assert.That(one.Length, Is.LessThanOrEqualTo(window));
                Assert.That((one.Start, one.Start + one.Length), Is.EqualTo((Math.Clamp(one.Start, 0, length), Math.Clamp(one.Start + one.Length, 0, length))));
                Assert.That(one.Start == 0 || one.KeptFrom - one.Start >= window / 8, $"{length} by {window}: the first pixels of a window have no context");
                Assert.That(one.Start + one.Length == length || one.Start + one.Length - one.KeptTo >= window / 8, $"{length} by {window}: the last pixels of a window have no context");
            }
        }
    }

    [TestCase(64, 64, 1, 1)]
    [TestCase(200, 64, 4, 1)]
    [TestCase(150, 131, 9, 1)]
    [TestCase(150, 131, 9, 4)]
    public void A_label_that_depends_on_its_pixel_alone_is_that_of_the_whole_image(int width, int height, int windows, int batch)
    {
        var pixels = new byte[3 * width * height];
        new Random(0).NextBytes(pixels);
        var (image, seen) = (new RgbImage(width, height, pixels), new List<(int, int)>());
        IReadOnlyList<LabelMap> Label(IReadOnlyList<RgbImage> parts)
        {
            Assert.That(parts, Has.Count.LessThanOrEqualTo(batch));
            seen.AddRange(parts.Select(part => (part.Width, part.Height)));
            return [.. parts.Select(part => new LabelMap(part.Width, part.Height, [.. part.Pixels.Where((_, place) => place % 3 == 1)]))];
        }

        var maps = new WindowedLabels(Label, 64, batch).Of([image, image with { Pixels = [.. pixels.Reverse()] }]);

        Assert.That(seen, Has.Count.EqualTo(2 * windows));
        Assert.That(seen.Distinct().Count(), Is.EqualTo(1), "what is labelled together is of one size");
        Assert.That(seen.SelectMany(size => new[] { size.Item1, size.Item2 }), Is.All.LessThanOrEqualTo(64));
        Assert.That(maps[0].Labels, Is.EqualTo(pixels.Where((_, place) => place % 3 == 1)));
        Assert.That(maps[1].Labels, Is.EqualTo(pixels.Reverse().Where((_, place) => place % 3 == 1)));
    }
}
