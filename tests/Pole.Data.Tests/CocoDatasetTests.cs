using System.Text;
using Pole.Data.Coco;
using Pole.Data.Imaging;

namespace Pole.Data.Tests;

public sealed class CocoDatasetTests : TemporaryFolder
{
    private const string Images = """[{"id":7,"file_name":"b.jpg","width":6,"height":4,"license":3},{"id":3,"file_name":"a.jpg","width":6,"height":4},{"id":9,"file_name":"empty.jpg","width":6,"height":4}]""";

    [Test]
    public void Images_with_objects_come_in_the_order_of_their_ids_with_their_classes()
    {
        Write($$"""{"info":{"year":2014},"images":{{Images}},"annotations":[{{Object(7, 90)}},{{Object(3, 18)}},{{Object(3, 1)}},{{Object(3, 18)}}],"categories":[{"id":1}]}""");

        var samples = Dataset().Samples("train2014");

        Assert.That(samples.Select(sample => sample.Id), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(samples[0].PresentClasses, Is.EqualTo(new[] { 0, 16 }));
        Assert.That(samples[1].PresentClasses, Is.EqualTo(new[] { 79 }));
    }

    [Test]
    public void Annotations_may_stand_before_images_and_be_larger_than_the_buffer()
    {
        var large = string.Join(",", Enumerable.Range(0, 40_000).Select(value => $"{value % 6}.5"));
        Write($$"""{"annotations":[{{Object(7, 1)}},{"image_id":3,"category_id":2,"area":1,"iscrowd":0,"segmentation":[[{{large}}]]},{{Object(3, 3)}}],"images":{{Images}}}""");

        Assert.That(Dataset().Samples("train2014").Select(sample => sample.PresentClasses.Count), Is.EqualTo(new[] { 2, 1 }));
    }

    [Test]
    public void Polygons_fill_the_pixels_whose_centres_they_hold() =>
        Assert.That(Draw("[[1,1,4,1,4,3,1,3]]"), Is.EqualTo("......\n.###..\n.###..\n......"));

    [Test]
    public void Several_polygons_are_united() => Assert.That(Draw("[[0,0,2,0,2,1,0,1],[5,3,6,3,6,4,5,4]]"), Is.EqualTo("##....\n......\n......\n.....#"));

    [Test]
    public void Run_lengths_go_down_the_columns() => Assert.That(Draw("""{"size":[4,6],"counts":[5,2,17]}"""), Is.EqualTo("......\n.#....\n.#....\n......"));

    [Test]
    public void Packed_run_lengths_are_the_same() => Assert.That(Draw("""{"size":[4,6],"counts":"52a0"}"""), Is.EqualTo(Draw("""{"size":[4,6],"counts":[5,2,17]}""")));

    [Test]
    public void Smaller_objects_stand_before_larger_ones_and_crowds_behind_all()
    {
        Write($$"""{"images":{{Images}},"annotations":[{{Object(3, 1, "[[0,0,1,0,1,1,0,1]]", 1)}},{{Object(3, 2, "[[0,0,2,0,2,1,0,1]]", 2)}},{{Object(3, 3, "[[0,0,3,0,3,1,0,1]]", 0.5, crowd: 1)}}]}""");

        Assert.That(Dataset().Samples("train2014")[0].LoadLabels().Labels.Take(4), Is.EqualTo(new byte[] { 1, 2, 3, 0 }));
    }

    [Test]
    public void A_mask_that_is_there_is_taken_instead()
    {
        Write($$"""{"images":{{Images}},"annotations":[{{Object(3, 1)}}]}""");
        var masks = Directory.CreateDirectory(Path.Combine(Folder, "SegmentationClass", "train2014")).FullName;
        IndexedPng.Write(Path.Combine(masks, "a.png"), new LabelMap(6, 4, [.. Enumerable.Repeat((byte)80, 24)]));

        Assert.That(Dataset().Samples("train2014")[0].LoadLabels().Labels, Is.All.EqualTo(80));
    }

    [TestCase("{\"images\":[{\"id\":3,\"file_name\":\"a.jpg\"", "cannot be read as COCO annotations")]
    [TestCase("{\"images\":[],\"annotations\":[{\"image_id\":4,\"category_id\":1}]}", "belongs to image 4, which is not listed")]
    [TestCase("not json", "cannot be read as COCO annotations")]
    public void A_file_that_is_not_whole_is_named(string json, string message)
    {
        Write(json);

        Assert.That(() => Dataset().Samples("train2014"), Throws.InstanceOf<ExperimentException>().With.Message.Contains("instances_train2014.json").And.Message.Contains(message));
    }

    [Test]
    public void An_unknown_category_is_named()
    {
        Write($$"""{"images":{{Images}},"annotations":[{{Object(3, 12)}}]}""");

        Assert.That(() => Dataset().Samples("train2014")[0].PresentClasses, Throws.InstanceOf<ExperimentException>().With.Message.Contains("category 12 is none of COCO's 80"));
    }

    [Test]
    public void A_category_with_another_name_than_the_data_set_assumes_is_named_with_both()
    {
        Write($$"""{"images":{{Images}},"annotations":[{{Object(3, 1)}}],"categories":[{"id":1,"name":"person"},{"id":2,"name":"bike"},{"id":12,"name":"street sign"}]}""");

        Assert.That(() => Dataset().Samples("train2014"), Throws.InstanceOf<ExperimentException>().With.Message.Contains("instances_train2014.json: category 2 is 'bike', the data set's classes have 'bicycle' there"));
    }

    [Test]
    public void The_categories_of_the_published_file_are_accepted()
    {
        int[] ids = [.. Enumerable.Range(1, 90).Except([12, 26, 29, 30, 45, 66, 68, 69, 71, 83])];
        Write($$"""{"categories":[{{string.Join(',', ids.Zip(Dataset().Classes, (id, name) => $$"""{"supercategory":"x","id":{{id}},"name":"{{name}}"}"""))}}],"images":{{Images}},"annotations":[{{Object(3, 1)}}]}""");

        Assert.That(Dataset().Samples("train2014"), Has.Count.EqualTo(1));
    }

    [TestCase("""{"size":[4,6],"counts":[5,200]}""")]
    [TestCase("""{"size":[4,6],"counts":"~~~~~~~~~~~~~~~~~~~~"}""")]
    [TestCase("7")]
    public void An_outline_that_is_none_is_refused(string segmentation) =>
        Assert.That(() => Draw(segmentation), Throws.InstanceOf<ExperimentException>().With.Message.Contains("cannot be read as COCO annotations, the outlines of image a.jpg: "));

    private string Draw(string segmentation)
    {
        Write($$"""{"images":{{Images}},"annotations":[{{Object(3, 1, segmentation)}}]}""");
        var labels = Dataset().Samples("train2014")[0].LoadLabels();
        return string.Join('\n', labels.Labels.Chunk(labels.Width).Select(row => string.Concat(row.Select(label => label == 1 ? '#' : '.'))));
    }

    private static string Object(int image, int category, string segmentation = "[[0,0,1,0,1,1]]", double area = 1, int crowd = 0) =>
        $$"""{"segmentation":{{segmentation}},"area":{{area.ToString(System.Globalization.CultureInfo.InvariantCulture)}},"iscrowd":{{crowd}},"image_id":{{image}},"bbox":[0,0,1,1],"category_id":{{category}},"id":1}""";

    private void Write(string json)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "annotations"));
        File.WriteAllText(Path.Combine(Folder, "annotations", "instances_train2014.json"), json, new UTF8Encoding(false));
    }

    private CocoDataset Dataset() => new(Folder, DatasetClasses.Of(new Coco14Options()), [.. Enumerable.Range(1, 90).Except([12, 26, 29, 30, 45, 66, 68, 69, 71, 83])], "train2014", "train2014", new Dictionary<string, int>(), "the remedy");
}
