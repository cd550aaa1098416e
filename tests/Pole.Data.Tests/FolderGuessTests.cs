using Pole.Data.Folders;
using Pole.Data.Imaging;

namespace Pole.Data.Tests;

/// <summary>What a folder of images is taken for.</summary>
public sealed class FolderGuessTests : TemporaryFolder
{
    [Test]
    public void Folders_of_images_are_classes()
    {
        Files("duck/1.jpg", "duck/2.jpg", "toy car/1.jpg", "кот/1.jpg", "notes.txt");

        var guess = FolderGuess.Of(Folder);

        Assert.That(guess.Classes, Is.EqualTo(new[] { "duck", "toy car", "кот" }));
        Assert.That((guess.Images, guess.Labels, guess.Masks, guess.ImageCount, guess.LongSide), Is.EqualTo(((string?)null, (string?)null, (string?)null, 4, 8)));
    }

    [TestCase("labels.csv", "file,labels\n1.jpg,duck\n2.jpg,{0}\n", "labels.csv(3)")]
    [TestCase("annotations.json", """{{"categories":[{{"id":7,"name":"{0}"}}],"images":[],"annotations":[]}}""", "annotations.json: category 7")]
    [TestCase("classes.txt", "duck\n\n{0}\n", "classes.txt(3)")]
    public void A_class_with_a_name_that_no_folder_can_have_is_named_with_its_place(string file, string content, string place)
    {
        Files("images/1.jpg", "images/2.jpg", "texts/1.txt", "texts/2.txt");
        File.WriteAllText(Path.Combine(Folder, file), string.Format(System.Globalization.CultureInfo.InvariantCulture, content, new string('d', 5000)));

        Assert.That(() => FolderGuess.Of(Folder), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{Path.Combine(Folder, place)}: '{new string('d', 40)}…' has 5,000 letters, and the name of a class has 255 at most: shorten it, or close a quotation mark before it"));
    }

    [Test]
    public void One_folder_is_one_class()
    {
        Files("duck/1.jpg", "duck/2.jpg");

        Assert.That(FolderGuess.Of(Folder).Classes, Is.EqualTo(new[] { "duck" }));
    }

    [Test]
    public void Folders_of_splits_are_none()
    {
        Files("train/duck/1.jpg", "train/кот/2.jpg", "val/duck/3.jpg");

        var guess = FolderGuess.Of(Folder);

        Assert.That((guess.Train, guess.Validation), Is.EqualTo(("train", "val")));
        Assert.That(guess.Classes, Is.EqualTo(new[] { "duck", "кот" }));
    }

    [Test]
    public void A_table_beside_a_folder_of_images()
    {
        Files("images/1.jpg", "images/2.jpg");
        File.WriteAllText(Path.Combine(Folder, "labels.csv"), "file,labels\n1.jpg,duck|кот\n2.jpg,duck\n");

        var guess = FolderGuess.Of(Folder);

        Assert.That((guess.Images, guess.Labels), Is.EqualTo(("images", "labels.csv")));
        Assert.That(guess.Classes, Is.EqualTo(new[] { "duck", "кот" }));
    }

    [TestCase("file,labels\n1.jpg,duck,кот\n", "labels.csv(2): 3 fields, and the header has 2")]
    [TestCase("file,labels\n1.jpg,duck\n1.jpg,кот\n", "labels.csv(3): '1.jpg' has a row already")]
    public void A_table_that_would_lose_labels_is_an_error(string table, string message)
    {
        Files("1.jpg");
        File.WriteAllText(Path.Combine(Folder, "labels.csv"), table);

        Assert.That(() => FolderGuess.Of(Folder), Throws.InstanceOf<ExperimentException>().With.Message.Contains(message));
    }

    [Test]
    public void Folders_without_images_are_named()
    {
        Files("duck/1.jpg", "car/1.jpg");
        foreach (var folder in new[] { "кот", ".hidden" }) Directory.CreateDirectory(Path.Combine(Folder, folder));

        Assert.That(FolderGuess.Of(Folder).Reasons, Has.Member("no class, since without images or hidden: .hidden, кот"));
    }

    [Test]
    public void A_table_of_synonyms_gives_every_class_its_names()
    {
        Files("duck/1.jpg", "кот/1.jpg");
        File.WriteAllText(Path.Combine(Folder, "names.csv"), "class,synonyms\nduck,rubber duck|Duck|bath duck\nbear,teddy\n");

        var guess = FolderGuess.Of(Folder);

        Assert.That(guess.Names["duck"], Is.EqualTo(new[] { "duck", "rubber duck", "bath duck" }));
        Assert.That(guess.Names["кот"], Is.EqualTo(new[] { "кот" }));
        Assert.That(guess.Reasons, Has.Member("names.csv has names of 1 classes; 'bear' in it is no class"));
    }

    [Test]
    public void The_order_of_classes_is_that_in_which_label_maps_number_them()
    {
        Files("images/1.jpg", "images/2.jpg", "images/3.jpg");
        File.WriteAllText(Path.Combine(Folder, "labels.csv"), "file,labels\n1.jpg,duck|кот\n2.jpg,duck\n3.jpg,bear\n");
        foreach (var (name, labels) in new[] { ("1", new byte[] { 0, 3, 1 }), ("2", [0, 3]), ("3", [2, 0]) }) Mask($"masks/{name}.png", labels);

        var guess = FolderGuess.Of(Folder);

        Assert.That((guess.Images, guess.Masks), Is.EqualTo(("images", "masks")));
        Assert.That(guess.Classes, Is.EqualTo(new[] { "кот", "bear", "duck" }));
        Assert.That(guess.Reasons, Has.Member("which label is which class follows from the images that have both"));
    }

    [Test]
    public void Label_maps_alone_count_classes()
    {
        Files("photos/1.jpg", "photos/2.jpg");
        Mask("gt/1.png", 0, 2, 255);
        Mask("gt/2.png", 0, 1);

        var guess = FolderGuess.Of(Folder);

        Assert.That((guess.Images, guess.Masks), Is.EqualTo(("photos", "gt")));
        Assert.That(guess.Classes, Is.EqualTo(new[] { "class 1", "class 2" }));
    }

    [Test]
    public void COCO_annotations_and_text_files()
    {
        Files("images/1.jpg");
        File.WriteAllText(Path.Combine(Folder, "annotations.json"), """{"categories":[{"id":9,"name":"кот"},{"id":3,"name":"duck"}],"images":[],"annotations":[]}""");
        Assert.That(FolderGuess.Of(Folder).Classes, Is.EqualTo(new[] { "duck", "кот" }));

        File.Delete(Path.Combine(Folder, "annotations.json"));
        Directory.CreateDirectory(Path.Combine(Folder, "labels"));
        File.WriteAllText(Path.Combine(Folder, "labels", "1.txt"), "1 0.5 0.5 0.1 0.1\n");
        var guess = FolderGuess.Of(Folder);
        Assert.That((guess.Labels, guess.Classes.Count), Is.EqualTo(("labels", 2)));
    }

    [TestCase("a.jpg", "nothing says what the images show. Put them into a folder a class")]
    [TestCase("notes.txt", "has no images")]
    public void A_folder_that_says_nothing_says_what_to_do(string file, string message)
    {
        if (file.EndsWith(".jpg", StringComparison.Ordinal)) Files(file);
        else File.WriteAllText(Path.Combine(Folder, file), "");

        Assert.That(() => FolderGuess.Of(Folder), Throws.InstanceOf<ExperimentException>().With.Message.Contains(message));
    }

    [Test]
    public void Grey_images_of_one_name_in_folders_of_classes_are_no_label_maps_of_each_other()
    {
        foreach (var file in new[] { "cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png", "owl/1.png" }) Mask(file, 0, 90, 250);

        var guess = FolderGuess.Of(Folder);

        Assert.That((guess.Masks, guess.ImageCount), Is.EqualTo(((string?)null, 5)));
        Assert.That(guess.Classes, Is.EqualTo(new[] { "cat", "dog", "owl" }));
    }

    [Test]
    public void Classes_called_by_masks_are_classes()
    {
        foreach (var file in new[] { "with_mask/1.png", "with_mask/2.png", "without_mask/1.png", "without_mask/2.png" }) Mask(file, 0, 90, 250);

        Assert.That(FolderGuess.Of(Folder).Classes, Is.EqualTo(new[] { "with_mask", "without_mask" }));
    }

    [Test]
    public void Label_maps_beside_grey_images_are_label_maps()
    {
        foreach (var file in new[] { "images/1.png", "images/2.png" }) Mask(file, 0, 90, 250);
        foreach (var file in new[] { "gt/1.png", "gt/2.png" }) Mask(file, 0, 1, 2);

        var guess = FolderGuess.Of(Folder);

        Assert.That((guess.Images, guess.Masks, guess.Classes.Count), Is.EqualTo(("images", "gt", 2)));
    }

    [TestCase("masks/2.png", "", "masks/2.png: ", "; masks was taken for the label maps: mend the file, or give the folder another name")]
    [TestCase("masks/2.jpg", null, "masks/2.jpg: masks is called as label maps are", "or move the folder away")]
    public void Label_maps_that_cannot_be_read_do_not_become_images(string file, string? content, string beginning, string end)
    {
        Files("images/1.jpg", "images/2.jpg");
        Mask("masks/1.png", 0, 1);
        if (content is null) Files(file);
        else File.WriteAllText(Path.Combine(Folder, file), content);

        Assert.That(() => FolderGuess.Of(Folder), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith(Path.Combine(Folder, beginning)).And.Message.EndsWith(end));
    }

    [Test]
    public void Label_maps_with_other_names_than_the_images_do_not_become_images()
    {
        Files("images/1.jpg", "images/2.jpg");
        Mask("masks/1_mask.png", 0, 1);
        Mask("masks/2_mask.png", 0, 1);

        Assert.That(() => FolderGuess.Of(Folder), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith(Path.Combine(Folder, "masks/1_mask.png: masks is called as label maps are, which are PNGs with the name of their image")));
    }

    [Test]
    public void A_folder_called_images_is_no_class()
    {
        Files("images/1.jpg", "images/2.jpg");
        Directory.CreateDirectory(Path.Combine(Folder, "masks"));

        Assert.That(() => FolderGuess.Of(Folder), Throws.InstanceOf<ExperimentException>().With.Message.Contains("nothing says what the images show"));
    }

    [TestCase("background", "cat", "'background' cannot be a class, since label 0 is the background")]
    [TestCase("Duck", "duck", "the classes 'Duck' and 'duck' differ in case alone")]
    public void Classes_that_no_file_of_classes_can_have_are_refused(string one, string other, string message)
    {
        Files("images/1.jpg", "images/2.jpg");
        File.WriteAllText(Path.Combine(Folder, "labels.csv"), $"file,labels\n1.jpg,{one}\n2.jpg,{other}\n");

        Assert.That(() => FolderGuess.Of(Folder), Throws.InstanceOf<ExperimentException>().With.Message.Contains(message));
    }

    [Test]
    public void A_class_that_is_in_late_label_maps_alone_is_counted()
    {
        foreach (var number in Enumerable.Range(100, 210))
        {
            Files($"photos/{number}.jpg");
            Mask($"gt/{number}.png", 0, (byte)(number == 309 ? 3 : 1));
        }

        Assert.That(FolderGuess.Of(Folder).Classes, Has.Count.EqualTo(3));
    }

    [Test]
    public void Categories_of_one_name_are_one_class_and_two_files_of_them_an_error()
    {
        Files("images/1.jpg");
        File.WriteAllText(Path.Combine(Folder, "a.json"), """{"categories":[{"id":9,"name":"duck"},{"id":3,"name":"duck"}],"images":[],"annotations":[]}""");
        Assert.That(FolderGuess.Of(Folder).Classes, Is.EqualTo(new[] { "duck" }));

        File.Copy(Path.Combine(Folder, "a.json"), Path.Combine(Folder, "b.json"));
        Assert.That(() => FolderGuess.Of(Folder), Throws.InstanceOf<ExperimentException>().With.Message.Contains("a.json and b.json both have COCO's categories"));
    }

    [Test]
    public void A_table_that_cannot_be_read_is_named_where_nothing_else_says_what_the_images_show()
    {
        Files("1.jpg");
        File.WriteAllBytes(Path.Combine(Folder, "labels.csv"), [.. "file,labels\n1.jpg,"u8, 0xFC, (byte)'\n']);

        Assert.That(() => FolderGuess.Of(Folder), Throws.InstanceOf<ExperimentException>().With.Message.Contains("nothing says what the images show").And.Message.Match(@"Left out: .*labels\.csv.*UTF-8"));
    }

    [Test]
    public void Text_files_may_have_tabs_and_lie_under_the_paths_of_their_images()
    {
        Files("images/1.jpg");
        Directory.CreateDirectory(Path.Combine(Folder, "labels"));
        File.WriteAllText(Path.Combine(Folder, "labels", "1.txt"), "2\t0.5\t0.5\t0.1\t0.1\n");
        Assert.That(FolderGuess.Of(Folder).Classes, Has.Count.EqualTo(3));

        Directory.CreateDirectory(Path.Combine(Folder, "labels", "deeper"));
        File.Move(Path.Combine(Folder, "labels", "1.txt"), Path.Combine(Folder, "labels", "deeper", "1.txt"));
        Assert.That(() => FolderGuess.Of(Folder), Throws.InstanceOf<ExperimentException>().With.Message.Contains("the text files in labels are not where the images' names lead to, such as labels/1.txt"));
    }

    private void Files(params string[] images)
    {
        foreach (var path in images)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, path))!);
            if (path.EndsWith(".jpg", StringComparison.Ordinal)) ImageCodec.WriteJpeg(Path.Combine(Folder, path), new RgbImage(8, 6, new byte[8 * 6 * 3]));
            else File.WriteAllText(Path.Combine(Folder, path), "");
        }
    }

    private void Mask(string path, params byte[] labels)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, path))!);
        IndexedPng.Write(Path.Combine(Folder, path), new LabelMap(8, 6, [.. Enumerable.Range(0, 48).Select(pixel => labels[pixel % labels.Length])]));
    }
}
