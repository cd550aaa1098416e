using Pole.Data.Checking;
using Pole.Data.Folders;
using Pole.Data.Imaging;

namespace Pole.Data.Tests;

/// <summary>A folder of images in each of the layouts that people have.</summary>
public sealed class ImageFolderTests : TemporaryFolder
{
    private static readonly ClassList Toys = new() { Name = "toys", Classes = ["duck", "toy car", "кот"] };

    [Test]
    public void A_folder_a_class()
    {
        foreach (var file in new[] { "duck/1.jpg", "duck/2.jpg", "toy car/a b.jpg", "toy car/c.jpg", "кот/1.jpg", "кот/2.jpg" }) Image(file);

        Assert.That(Labels(Open()), Is.EquivalentTo(new[] { "duck/1: 0", "duck/2: 0", "toy car/a b: 1", "toy car/c: 1", "кот/1: 2", "кот/2: 2" }));
    }

    [Test]
    public void Folders_of_splits_with_a_folder_a_class_below_each()
    {
        foreach (var file in new[] { "train/duck/1.jpg", "train/кот/2.jpg", "val/duck/3.jpg" }) Image(file);
        var dataset = Open(new() { Classes = Toys, Root = "toys", Train = "train", Validation = "val" });

        Assert.That(dataset.Samples("train").Select(sample => $"{sample.Id}: {sample.PresentClasses[0]}"), Is.EqualTo(new[] { "train/duck/1: 0", "train/кот/2: 2" }));
        Assert.That(dataset.Samples("val").Select(sample => sample.Id), Is.EqualTo(new[] { "val/duck/3" }));
    }

    [TestCase("labels.csv", "file,labels\nimages/1.jpg,duck|кот\nimages/2,2\nimages\\3.jpg,toy car\n")]
    [TestCase("labels.csv", "path;class\nimages/1.jpg;\"duck,кот\"\nimages/2.jpg;toy car\n./images/3.jpg;2\n")]
    [TestCase("labels.tsv", "Image\tLabels\nimages/1.jpg\tduck;кот\nimages/2.jpg\t2\nimages/3.jpg\ttoy car\n")]
    public void A_table_of_labels_by_name_or_number(string name, string table)
    {
        foreach (var number in new[] { 1, 2, 3 }) Image($"images/{number}.jpg");
        Text(name, table);

        Assert.That(Labels(Open(new() { Classes = Toys, Root = "toys", Labels = name })), Is.EquivalentTo(new[] { "images/1: 0 2", "images/2: 1", "images/3: 1" }));
    }

    [TestCase("file,labels\n1.jpg,duck\n2.jpg,\n", "labels.csv(3): '2.jpg' has no labels")]
    [TestCase("file,labels\n1.jpg,duck\n2.jpg,goose\n", "labels.csv(3): 'goose' is no class; datasets/toys.yaml has duck, toy car, кот")]
    [TestCase("file,labels\n1.jpg,duck\n2.jpg,4\n", "labels.csv(3): there is no class 4; classes are numbered 1…3")]
    [TestCase("file,labels\n1.jpg,duck\n3.jpg,duck\n", "labels.csv(3): there is no image '3.jpg'")]
    [TestCase("file,labels\n1.jpg,duck\n2.jpg,duck\n1.jpg,кот\n", "labels.csv(4): '1.jpg' has a row already, line 2")]
    [TestCase("file,labels\n1.jpg,duck\n", "labels.csv: no row for image '2'")]
    [TestCase("file,labels\n1.jpg,duck,кот\n2.jpg,duck\n", "labels.csv(2): 3 fields, and the header has 2; put several labels into quotation marks, or | between them")]
    [TestCase("file,labels\n1.jpg,\"duck\n2.jpg,duck\n", "a field goes on over the end of its line; close its quotation mark")]
    [TestCase("name,tags\n1.jpg,duck\n", "labels.csv: cannot be read as a table of labels: it has no column 'file', but 'name', 'tags'")]
    public void A_fault_of_a_table_names_its_line(string table, string message)
    {
        Image("1.jpg");
        Image("2.jpg");
        Text("labels.csv", table);

        Assert.That(() => Labels(Open(new() { Classes = Toys, Root = "toys", Labels = "labels.csv" })), Throws.InstanceOf<ExperimentException>().With.Message.Contains(message));
    }

    [Test]
    public void Label_maps_say_the_classes_and_are_measured_on()
    {
        for (var number = 1; number <= 4; number++)
        {
            Image($"photos/{number}.jpg");
            Mask($"masks/{number}.png", 0, (byte)(number % 2 == 0 ? 2 : 1), LabelMap.Ignored);
        }

        var dataset = Open(new() { Classes = Toys, Root = "toys", Images = "photos", Masks = "masks" });
        Prepare(dataset);

        Assert.That(Labels(dataset), Is.EquivalentTo(new[] { "1: 0", "2: 1", "3: 0", "4: 1" }));
        Assert.That(dataset.Samples("val").Select(sample => sample.LoadLabels().Labels.Max()), Is.All.EqualTo(LabelMap.Ignored));
        Assert.That(DatasetCheck.Run(dataset, new SilentProgress(), CancellationToken.None), Is.Empty);
    }

    [Test]
    public void Label_maps_that_number_other_classes_than_the_labels_are_an_error()
    {
        for (var number = 1; number <= 2; number++)
        {
            Image($"duck/{number}.jpg");
            Mask($"masks/duck/{number}.png", 0, 2);
        }

        var dataset = Open(new() { Classes = Toys, Root = "toys", Masks = "masks", Labels = Table("file,labels\nduck/1.jpg,duck\nduck/2.jpg,duck\n") });

        Assert.That(() => dataset.Samples("val")[0].LoadLabels(), Throws.InstanceOf<ExperimentException>().With.Message.Contains("it has label 2, 'toy car', and the image's labels say 'duck'; number label maps as datasets/toys.yaml lists the classes"));
    }

    [Test]
    public void COCO_annotations_of_any_categories_with_outlines()
    {
        foreach (var name in new[] { "a", "b", "c" }) Image($"{name}.jpg");
        Text("annotations.json", """
            {"categories":[{"id":7,"name":"кот"},{"id":3,"name":"duck"}],
            "images":[{"id":1,"file_name":"a.jpg","width":8,"height":6},{"id":2,"file_name":"b.jpg","width":8,"height":6}],
            "annotations":[{"image_id":1,"category_id":7,"area":4,"iscrowd":0,"segmentation":[[0,0,4,0,4,6,0,6]]},{"image_id":2,"category_id":3,"area":4,"iscrowd":0,"segmentation":[[0,0,4,0,4,6,0,6]]},{"image_id":2,"category_id":7,"area":2,"iscrowd":0,"segmentation":[[4,0,8,0,8,6,4,6]]}]}
            """);
        var dataset = Open(new() { Classes = Toys, Root = "toys", Labels = "annotations.json" });

        Assert.That(Labels(dataset), Is.EquivalentTo(new[] { "a: 2", "b: 0 2", "c: " }));
        Assert.That(All(dataset).Single(sample => sample.Id == "b").LoadLabels().Labels.Take(8), Is.EqualTo(new byte[] { 1, 1, 1, 1, 3, 3, 3, 3 }));
        Assert.That(All(dataset).Single(sample => sample.Id == "c").LoadLabels().Labels, Is.EqualTo(new byte[48]));
    }

    [Test]
    public void Text_files_with_an_object_a_line()
    {
        foreach (var name in new[] { "a", "b" }) Image($"images/train/{name}.jpg");
        Text("labels/train/a.txt", "2 0.5 0.5 0.1 0.1\n0 0.1 0.1 0.1 0.1\n2 0.2 0.2 0.1 0.1\n");
        Text("labels/train/b.txt", "1 0.5 0.5 0.1 0.1\n");

        Assert.That(Labels(Open(new() { Classes = Toys, Root = "toys", Images = "images", Labels = "labels" })), Is.EquivalentTo(new[] { "train/a: 0 2", "train/b: 1" }));

        Text("labels/train/b.txt", "1 0.5 0.5 0.1 0.1\n9 1 1 1 1\n");
        Assert.That(() => Labels(Open(new() { Classes = Toys, Root = "toys", Images = "images", Labels = "labels" })), Throws.InstanceOf<ExperimentException>().With.Message.Contains("b.txt(2): there is no class 9; they are numbered 0…2 here"));
    }

    [Test]
    public void Lists_say_what_is_trained_and_measured_on()
    {
        foreach (var name in new[] { "duck/1.jpg", "duck/2.jpg", "кот/3.jpg" }) Image(name);
        Text("train.txt", "duck/1.jpg\nкот/3\n");
        Text("val.txt", "duck/2.jpg\n");
        var options = new FolderOptions { Classes = Toys, Root = "toys", Train = "train.txt", Validation = "val.txt" };

        Assert.That(Open(options).Samples("train").Select(sample => sample.Id), Is.EqualTo(new[] { "duck/1", "кот/3" }));

        Text("val.txt", "duck/2.jpg\nduck/9.jpg\n");
        Assert.That(() => Open(options).Samples("val"), Throws.InstanceOf<ExperimentException>().With.Message.Contains("val.txt(2): there is no image 'duck/9.jpg'"));
    }

    [Test]
    public void A_share_is_drawn_of_every_class_and_stays_when_images_are_added()
    {
        for (var number = 0; number < 40; number++)
        foreach (var folder in new[] { "duck", "кот" }) Image($"{folder}/{number}.jpg");
        var options = new FolderOptions { Classes = Toys, Root = "toys", ValidationShare = 0.25 };
        var before = Open(options).Samples("val").Select(sample => sample.Id).ToList();
        Image("duck/new.jpg");
        var after = Open(options).Samples("val").Select(sample => sample.Id).ToList();

        Assert.That(before.Count(id => id.StartsWith("duck", StringComparison.Ordinal)), Is.EqualTo(10));
        Assert.That(before, Has.Count.EqualTo(20));
        Assert.That(before.Except(after).Count(), Is.LessThanOrEqualTo(1));
        Assert.That(Open(options with { SplitSeed = 1 }).Samples("val").Select(sample => sample.Id), Is.Not.EqualTo(after));
    }

    [Test]
    public void An_image_that_is_trained_and_measured_on_under_two_names_is_found()
    {
        foreach (var (name, side) in new[] { ("train/duck/1.jpg", 6), ("train/duck/2.jpg", 7), ("val/duck/copy.jpg", 6) }) ImageCodec.WriteJpeg(Place(name), new RgbImage(8, side, new byte[8 * side * 3]));
        IndexedPng.Write(Place("masks/val/duck/copy.png"), new LabelMap(8, 6, [.. Enumerable.Repeat((byte)1, 48)]));
        Text("labels.csv", "file,labels\ntrain/duck/1,duck\ntrain/duck/2,duck\nval/duck/copy,duck\n");
        var dataset = Open(new() { Classes = Toys, Root = "toys", Labels = "labels.csv", Masks = "masks", Train = "train", Validation = "val" });

        Assert.That(DatasetCheck.Run(dataset, new SilentProgress(), CancellationToken.None), Is.EqualTo(new[] { new DatasetProblem("val", "val/duck/copy", "it is the same file as train/duck/1 of train: what is trained on is measured on") }));
    }

    [Test]
    public void A_link_to_an_image_that_is_trained_on_is_the_same_image()
    {
        foreach (var name in new[] { "train/duck/1.jpg", "val/duck/2.jpg" }) ImageCodec.WriteJpeg(Place(name), new RgbImage(8, 6, new byte[8 * 6 * 3]));
        File.AppendAllText(Place("val/duck/2.jpg"), "longer than the other");
        File.CreateSymbolicLink(Place("val/duck/link.jpg"), Place("train/duck/1.jpg"));
        var dataset = Open(new() { Classes = Toys, Root = "toys", Train = "train", Validation = "val" });

        var (trained, measured) = TwinImages.Candidates(dataset.Samples("train"), dataset.Samples("val"));

        Assert.That(trained.Concat(measured).Select(sample => sample.Id), Is.EqualTo(new[] { "train/duck/1", "val/duck/link" }));
    }

    [Test]
    public void Only_images_whose_files_are_as_long_as_one_of_the_other_split_are_read_again_for_it()
    {
        foreach (var (name, bytes) in new[] { ("train/duck/1.jpg", 100), ("train/duck/2.jpg", 101), ("val/duck/3.jpg", 101), ("val/duck/4.jpg", 102) })
        {
            ImageCodec.WriteJpeg(Place(name), new RgbImage(8, 6, new byte[8 * 6 * 3]));
            using var file = File.OpenWrite(Place(name));
            file.SetLength(1000 + bytes);
        }

        var dataset = Open(new() { Classes = Toys, Root = "toys", Train = "train", Validation = "val" });
        var (trained, measured) = TwinImages.Candidates(dataset.Samples("train"), dataset.Samples("val"));

        Assert.That((trained.Single().Id, measured.Single().Id), Is.EqualTo(("train/duck/2", "val/duck/3")));
    }

    [Test]
    public void A_link_to_nothing_among_images_is_named_with_what_it_points_to()
    {
        foreach (var (name, side) in new[] { ("train/duck/1.jpg", 6), ("val/duck/2.jpg", 7) }) ImageCodec.WriteJpeg(Place(name), new RgbImage(8, side, [.. Enumerable.Repeat((byte)(10 * side), 8 * side * 3)]));
        var target = Place("gone.jpg");
        File.CreateSymbolicLink(Place("val/duck/3.jpg"), target);
        var dataset = Open(new() { Classes = Toys, Root = "toys", Train = "train", Validation = "val" });

        Assert.That(DatasetCheck.Run(dataset, new SilentProgress(), CancellationToken.None), Is.EqualTo(new[] { new DatasetProblem("val", "val/duck/3", $"{Place("val/duck/3.jpg")} is a link to {target}, which does not exist; fix or remove the link") }));
    }

    [Test]
    public void What_is_measured_on_is_drawn_of_the_images_that_have_label_maps()
    {
        for (var number = 0; number < 20; number++) Image($"duck/{number}.jpg");
        foreach (var number in new[] { 3, 7, 11 }) Mask($"masks/duck/{number}.png", 0, 1);
        Text("labels.csv", "file,labels\n" + string.Concat(Enumerable.Range(0, 20).Select(number => $"duck/{number},duck\n")));
        var dataset = Open(new() { Classes = Toys, Root = "toys", Labels = "labels.csv", Masks = "masks", ValidationShare = 0.5 });
        Prepare(dataset);

        Assert.That(dataset.Samples("val"), Has.Count.EqualTo(2));
        Assert.That(dataset.Samples("val").Select(sample => sample.Id), Is.SubsetOf(new[] { "duck/3", "duck/7", "duck/11" }));
        Assert.That(dataset.Samples("train"), Has.Count.EqualTo(18));
    }

    [Test]
    public void Two_images_of_one_name_and_kinds_that_are_not_read_are_errors()
    {
        Image("duck/1.jpg");
        Text("duck/1.png", "");
        Assert.That(() => Labels(Open()), Throws.InstanceOf<ExperimentException>().With.Message.EndsWith("has duck/1.jpg and duck/1.png of one name; remove one"));

        File.Delete(Path.Combine(Folder, "toys", "duck", "1.png"));
        Text("duck/2.HEIC", "");
        Assert.That(() => Labels(Open()), Throws.InstanceOf<ExperimentException>().With.Message.EndsWith("duck/2.HEIC: HEIC images are not read; save it as JPEG, PNG, WebP, TIFF or BMP"));
    }

    [Test]
    public void Without_label_maps_every_image_is_trained_on()
    {
        for (var number = 0; number < 4; number++) Image($"duck/{number}.jpg");
        var dataset = Open();
        Prepare(dataset);

        Assert.That((dataset.Samples("train").Count, dataset.Samples("val").Count), Is.EqualTo((4, 0)));
        Assert.That(DatasetCheck.Run(dataset, new SilentProgress(), CancellationToken.None), Is.Empty);
        Assert.That(Open(new() { Classes = Toys, Root = "toys", ValidationShare = 0.5 }).Samples("val"), Has.Count.EqualTo(2));
    }

    [Test]
    public void What_cannot_be_measured_on_is_said_before_anything_is_trained()
    {
        foreach (var name in new[] { "duck/1.jpg", "duck/2.jpg" }) Image(name);
        Text("train.txt", "duck/1.jpg\n");
        Text("val.txt", "duck/2.jpg\n");
        Mask("masks/duck/1.png", 0, 1);

        Assert.That(() => Prepare(Open(new() { Classes = Toys, Root = "toys", Labels = Table("file,labels\nduck/1.jpg,duck\nduck/2.jpg,duck\n"), Masks = "masks", Train = "train.txt", Validation = "val.txt" })),
            Throws.InstanceOf<ExperimentException>().With.Message.Contains("'duck/2' is in the validation split but has no label map in masks"));
    }

    [Test]
    public void A_folder_of_label_maps_that_is_not_there_is_one_error()
    {
        Image("duck/1.jpg");

        Assert.That(() => Open(new() { Classes = Toys, Root = "toys", Masks = "masks", Labels = Table("file,labels\nduck/1.jpg,duck\n") }).Samples("train"), Throws.InstanceOf<ExperimentException>().With.Message.EndsWith($"there is no such folder; dataset.masks is masks, below {Path.Combine(Folder, "toys")}"));
    }

    [TestCase("", "there is no such folder; dataset.root is toys")]
    [TestCase("toys/notes.txt", "has no images (JPEG, PNG, WebP, TIFF or BMP)")]
    [TestCase("toys/a.jpg", "the image is in no folder of a class; put it into one")]
    public void A_folder_without_what_is_needed_says_what(string file, string message)
    {
        if (file.EndsWith(".jpg", StringComparison.Ordinal)) Image("a.jpg");
        else if (file.Length > 0) Text("notes.txt", "");

        Assert.That(() => Labels(Open()), Throws.InstanceOf<ExperimentException>().With.Message.Contains(message));
    }

    private IDataset Open(FolderOptions? options = null) => (options ?? new FolderOptions { Classes = Toys, Root = "toys" }).Create(ModuleContext.None with { DataFolder = Folder });

    [Test]
    public void A_label_map_of_another_size_is_found_before_anything_is_trained()
    {
        foreach (var number in new[] { 1, 2, 3, 4 })
        {
            Image($"duck/{number}.jpg");
            Mask($"masks/duck/{number}.png", 0, 1);
        }

        IndexedPng.Write(Place("masks/duck/3.png"), new LabelMap(5, 6, new byte[30]));

        Assert.That(() => Prepare(Open(new() { Classes = Toys, Root = "toys", Labels = Table("file,labels\nduck/1.jpg,duck\nduck/2.jpg,duck\nduck/3.jpg,duck\nduck/4.jpg,duck\n"), Masks = "masks" })),
            Throws.InstanceOf<ExperimentException>().With.Message.Match("^.*masks/duck/3.png is 5×6, .*duck/3.jpg is 8×6; a label map has the size of its image$"));
    }

    [Test]
    public void A_folder_of_label_maps_that_has_none_of_any_image_says_what_they_are_called()
    {
        Image("duck/1.jpg");
        Directory.CreateDirectory(Place("masks"));

        Assert.That(() => Open(new() { Classes = Toys, Root = "toys", Masks = "masks", Labels = Table("file,labels\nduck/1.jpg,duck\n") }).Samples("train"),
            Throws.InstanceOf<ExperimentException>().With.Message.EndsWith($"has no label map of any image, such as {Place("masks/duck/1.png")}; name another folder, or leave dataset.masks out where there are none"));
    }

    private static void Prepare(IDataset dataset) => dataset.Prepare(new SilentProgress(), CancellationToken.None);

    private static IEnumerable<ISample> All(IDataset dataset) => dataset.Samples("train").Concat(dataset.Samples("val"));

    private static List<string> Labels(IDataset dataset) => [.. All(dataset).Select(sample => $"{sample.Id}: {string.Join(' ', sample.PresentClasses)}")];

    /// <summary>No two alike.</summary>
    private void Image(string path)
    {
        var pixels = new byte[8 * 6 * 3];
        new Random(path.Aggregate(0, (sum, character) => unchecked(31 * sum + character))).NextBytes(pixels);
        ImageCodec.WriteJpeg(Place(path), new RgbImage(8, 6, pixels));
    }

    private void Mask(string path, params byte[] labels) => IndexedPng.Write(Place(path), new LabelMap(8, 6, [.. Enumerable.Range(0, 48).Select(pixel => labels[pixel % labels.Length])]));

    private string Table(string text)
    {
        Text("labels.csv", text);
        return "labels.csv";
    }

    private void Text(string path, string text) => File.WriteAllText(Place(path), text);

    private string Place(string path)
    {
        var place = Path.Combine(Folder, "toys", path);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        return place;
    }
}
