namespace Pole.Data.Tests;

public sealed class ImageGroupsTests
{
    [TestCase("100x100 100x100 100x100", "3", TestName = "Small images are one group")]
    [TestCase("500x375 500x375 500x375", "2 1", TestName = "A group ends where the budget does")]
    [TestCase("2000x1500 100x100 100x100", "1 2", TestName = "An image beyond the budget is by itself")]
    public void Groups_are_within_a_fixed_number_of_pixels(string sizes, string groups)
    {
        List<ISample> samples = [.. sizes.Split(' ').Select(size => new Sized(size, int.Parse(size.Split('x')[0]), int.Parse(size.Split('x')[1])))];
        var found = ImageGroups.Within(2, samples).ToList();

        Assert.That(string.Join(' ', found.Select(group => group.Count)), Is.EqualTo(groups));
        Assert.That(found.SelectMany(group => group).Select(entry => entry.Sample), Is.EqualTo(samples));
    }

    [Test]
    public void A_group_has_64_images_at_most() =>
        Assert.That(ImageGroups.Within(2, Enumerable.Range(0, 100).Select(index => new Sized($"{index}", 10, 10))).Select(group => group.Count), Is.EqualTo(new[] { 64, 36 }));

    private sealed record Sized(string Id, int Width, int Height) : ISample
    {
        public IReadOnlyList<int> PresentClasses => [];

        public RgbImage LoadImage() => new(Width, Height, new byte[Width * Height * 3]);

        public LabelMap LoadLabels() => throw new NotSupportedException();
    }
}
