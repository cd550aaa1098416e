using Pole.Data.Imaging;
using Pole.Data.Masks;

namespace Pole.Data.Tests;

/// <summary>Class-agnostic masks in the forms in which Segment Anything's tools write them. The image is 6 × 4.</summary>
public sealed class MaskSourceTests : TemporaryFolder
{
    private const string Plain = """{"size":[4,6],"counts":[5,2,17]}""", Packed = """{"size":[4,6],"counts":"52a0"}""", Drawn = "......\n.#....\n.#....\n......";

    [Test]
    public void A_folder_of_PNGs_is_a_mask_a_file()
    {
        Png("a/0.png", 8, PngColour.Grey, pixel => pixel == 3 ? 255 : 0);
        Png("a/1.PNG", 1, PngColour.Grey, pixel => pixel < 6 ? 1 : 0);
        File.WriteAllText(Path.Combine(Folder, "a", "metadata.csv"), "id,area\n");

        Assert.That(Draw(Folder, "a"), Is.EqualTo(new[] { "...#..\n......\n......\n......", "######\n......\n......\n......" }));
    }

    [TestCase("[{{\"segmentation\":{0}}},{{\"segmentation\":{1}}}]")]
    [TestCase("{{\"image\":{{\"image_id\":1}},\"annotations\":[{{\"segmentation\":{0},\"area\":2}},{{\"segmentation\":{1}}}]}}")]
    public void A_JSON_file_of_an_image_has_run_lengths_plain_or_packed(string form)
    {
        Write("b/a.json", string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Plain, Packed));

        Assert.That(Draw(Folder, "b/a"), Is.EqualTo(new[] { Drawn, Drawn }));
    }

    [Test]
    public void One_file_in_the_form_of_COCO_has_the_masks_of_all_images()
    {
        Write("all.json", $$"""{"images":[{"id":1,"file_name":"a.jpg","width":6,"height":4},{"id":2,"file_name":"b/a.jpg","width":6,"height":4}],"annotations":[{"image_id":2,"segmentation":{{Packed}}},{"image_id":1,"segmentation":[[0,0,6,0,6,1,0,1]]},{"image_id":2,"segmentation":{{Plain}}}]}""");

        Assert.That(Draw(Path.Combine(Folder, "all.json"), "b/a"), Is.EqualTo(new[] { Drawn, Drawn }));
        Assert.That(Draw(Path.Combine(Folder, "all.json"), "a"), Is.EqualTo(new[] { "######\n......\n......\n......" }));
    }

    [Test]
    public void An_image_without_masks_has_none_and_says_so()
    {
        Write("a.json", $$"""[{"segmentation":{{Plain}}}]""");
        Directory.CreateDirectory(Path.Combine(Folder, "empty"));
        var masks = MaskSources.Open(Folder);

        Assert.That(new[] { "a", "b", "empty" }.Select(masks.Has), Is.EqualTo(new[] { true, false, false }));
        Assert.That(masks.Of("b", 6, 4).Concat(masks.Of("empty", 6, 4)), Is.Empty);
    }

    [Test]
    public void What_does_not_exist_is_named_with_what_should_be_there() =>
        Assert.That(() => MaskSources.Open(Path.Combine(Folder, "sam")), Fault("sam does not exist: masks are a folder with a folder ID of PNGs or a file ID.json for each image", "scripts/amg.py"));

    [Test]
    public void An_empty_folder_is_named() => Assert.That(() => MaskSources.Open(Folder), Fault("is empty: masks are a folder"));

    [Test]
    public void A_PNG_of_another_size_is_named()
    {
        Png("a/0.png", 8, PngColour.Grey, _ => 0);

        Assert.That(() => MaskSources.Open(Folder).Of("a", 12, 8), Fault("0.png is 6×4, its image a is 12×8; make the masks of the image at its own size"));
    }

    [TestCase("a.json")]
    [TestCase("all.json")]
    public void Run_lengths_of_another_size_are_named(string file)
    {
        Write(file, $$"""{"images":[{"id":1,"file_name":"a.jpg","width":6,"height":4}],"annotations":[{"image_id":1,"segmentation":{{Plain}}}]}""");

        Assert.That(() => MaskSources.Open(file == "all.json" ? Path.Combine(Folder, file) : Folder).Of("a", 12, 8), Fault($"{file}: ", "is 6×4, its image a is 12×8"));
    }

    [Test]
    public void A_PNG_that_is_cut_off_is_named()
    {
        Png("a/0.png", 8, PngColour.Grey, _ => 0);
        var path = Path.Combine(Folder, "a", "0.png");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..42]);

        Assert.That(() => MaskSources.Open(Folder).Of("a", 6, 4), Fault("0.png", "get the file again"));
    }

    [Test]
    public void A_PNG_of_several_masks_is_named()
    {
        Png("a/0.png", 8, PngColour.Grey, pixel => pixel % 3);

        Assert.That(() => MaskSources.Open(Folder).Of("a", 6, 4), Fault("0.png: pixel (2, 0) has another colour than those before it, and a file holds one mask", "write a PNG for each mask"));
    }

    [TestCase("[{\"segmentation\":")]
    [TestCase("{}")]
    [TestCase("[{\"area\":2}]")]
    [TestCase("[{\"segmentation\":{\"size\":[4,6],\"counts\":[5,200]}}]")]
    [TestCase("[{\"segmentation\":{\"size\":[4,6],\"counts\":\"5\u00ff\"}}]")]
    public void A_damaged_JSON_file_is_named(string json)
    {
        Write("a.json", json);

        Assert.That(() => MaskSources.Open(Folder).Of("a", 6, 4), Fault("a.json: cannot be read as masks of an image: ", "write the masks again"));
    }

    [TestCase("[]", "lists no image that has a mask")]
    [TestCase("{\"images\":[{\"id\":1,\"file_name\":\"a.jpg\",\"width\":6,\"height\":4},{\"id\":2,\"file_name\":\"a.png\",\"width\":6,\"height\":4}],\"annotations\":[{\"image_id\":1},{\"image_id\":2}]}", "lists the image a.png twice")]
    [TestCase("{\"images\":[", "cannot be read as COCO annotations")]
    public void A_file_of_all_images_that_has_no_masks_is_named(string json, string message)
    {
        Write("all.json", json);

        Assert.That(() => MaskSources.Open(Path.Combine(Folder, "all.json")), Fault("all.json", message));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Fault(string message, string remedy = "") => Throws.InstanceOf<ExperimentException>().With.Message.Contains(message).And.Message.Contains(remedy);

    private static IEnumerable<string> Draw(string path, string image) => MaskSources.Open(path).Of(image, 6, 4)
        .Select(mask => string.Join('\n', Enumerable.Range(0, 4).Select(row => string.Concat(Enumerable.Range(0, 6).Select(column => mask.Contains(row * 6 + column) ? '#' : '.')))));

    private void Png(string name, int depth, PngColour colour, Func<int, int> sample)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, name))!);
        PngWriter.Write(Path.Combine(Folder, name), 6, 4, depth, colour, [.. Enumerable.Range(0, 24).Select(sample)]);
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, name))!);
        File.WriteAllText(Path.Combine(Folder, name), text);
    }
}
