using Pole.Data.Checking;
using Pole.Data.Imaging;
using Pole.Data.Shapes;
using Pole.Data.Voc;

namespace Pole.Data.Tests;

public sealed class DatasetCheckTests : TemporaryFolder
{
    private static readonly ShapesOptions Small = new() { TrainImages = 4, EvaluationImages = 2, Side = 32 };

    [Test]
    public void A_whole_data_set_has_no_problems() => Assert.That(Check(Render()), Is.Empty);

    [Test]
    public void What_is_missing_damaged_or_of_another_size_is_listed_by_split_and_image()
    {
        var dataset = Render();
        var root = Directory.GetDirectories(Folder).Single();
        File.Delete(Path.Combine(root, "JPEGImages", "shapes_000001.jpg"));
        File.WriteAllBytes(Path.Combine(root, "JPEGImages", "shapes_000002.jpg"), File.ReadAllBytes(Path.Combine(root, "JPEGImages", "shapes_000002.jpg"))[..^200]);
        IndexedPng.Write(Path.Combine(root, "SegmentationClass", "shapes_000005.png"), new LabelMap(1, 1, [0]));
        File.WriteAllLines(Path.Combine(root, "ImageSets", "Segmentation", "train.txt"), Enumerable.Range(0, 3).Select(index => $"shapes_{index:d6}"));

        Assert.That(Check(dataset).Select(problem => (problem.Split, problem.Image, problem.Message.Split(": ")[^1])), Is.EqualTo(new[]
        {
            ("train", null, "3 images are listed, 4 are published"),
            ("train", "shapes_000001", Path.Combine(root, "JPEGImages", "shapes_000001.jpg") + " does not exist; get the file again"),
            ("train", "shapes_000002", "the image is damaged or truncated (IncompleteInput); get the file again"),
            ("val", "shapes_000005", "the image is 32×32, its label map 1×1"),
        }));
    }

    [Test]
    public void A_missing_list_is_a_problem_of_its_split()
    {
        var dataset = new VocDataset(Folder, ["cat"], "train", "val", new Dictionary<string, int> { ["train"] = 1 }, "the remedy");

        Assert.That(Check(dataset).Single().Message, Does.Contain("train.txt does not exist: the remedy"));
    }

    [Test]
    public void Damaged_images_are_skipped_only_when_the_spec_says_so_and_are_named()
    {
        var dataset = Render();
        File.WriteAllText(Path.Combine(Directory.GetDirectories(Folder).Single(), "JPEGImages", "shapes_000002.jpg"), "no image");
        var skipping = DamagedImages.Guard(dataset, skip: true);
        skipping.Prepare(new SilentProgress(), CancellationToken.None);

        Assert.That(skipping.Skipped, Is.EqualTo(new[] { "shapes_000002" }));
        Assert.That(skipping.Samples("train").Select(sample => sample.Id), Is.EqualTo(new[] { "shapes_000000", "shapes_000001", "shapes_000003" }));
        Assert.That(DamagedImages.Guard(dataset, skip: false).Samples("train"), Has.Count.EqualTo(4));
    }

    private static IReadOnlyList<DatasetProblem> Check(IDataset dataset) => DatasetCheck.Run(dataset, new SilentProgress(), CancellationToken.None);

    private IDataset Render()
    {
        var dataset = new ShapesDataset(Small, Folder);
        dataset.Prepare(new SilentProgress(), CancellationToken.None);
        return dataset;
    }
}
