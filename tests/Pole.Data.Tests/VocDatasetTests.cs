using Pole.Data.Augmentations;
using Pole.Data.Voc;

namespace Pole.Data.Tests;

public sealed class VocDatasetTests : TemporaryFolder
{
    [Test]
    public void Labels_come_from_the_annotation_each_class_once_in_label_order()
    {
        WriteAnnotation("<annotation><object><name>dog</name></object><object><name>cat</name></object><object><name>dog</name></object></annotation>");

        Assert.That(Sample().PresentClasses, Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public void A_class_that_the_data_set_does_not_have_is_named_with_its_file()
    {
        WriteAnnotation("<annotation><object><name>dragon</name></object></annotation>");

        Assert.That(() => Sample().PresentClasses, Throws.InstanceOf<ExperimentException>().With.Message.Contains("a.xml: 'dragon' is none of the classes cat, dog"));
    }

    [Test]
    public void A_broken_annotation_is_reported_with_line_and_column()
    {
        WriteAnnotation("<annotation>\n<object>");

        Assert.That(() => Sample().PresentClasses, Throws.InstanceOf<ExperimentException>().With.Message.Contains("a.xml(2,"));
    }

    [Test]
    public void An_annotation_with_entities_is_refused_unread()
    {
        WriteAnnotation("<!DOCTYPE annotation [<!ENTITY secret SYSTEM \"file:///etc/hostname\">]><annotation><object><name>&secret;</name></object></annotation>");

        Assert.That(() => Sample().PresentClasses, Throws.InstanceOf<ExperimentException>().With.Message.Contains("a.xml").And.Message.Contains("DTD is prohibited"));
    }

    [TestCase("train", "SegmentationClass", 1)]
    [TestCase("val", "SegmentationClass", 1)]
    [TestCase("trainval", "SegmentationClass", 1)]
    [TestCase("train_aug", "SegmentationClassAug", 2)]
    public void Lists_of_VOC_have_its_own_masks_and_others_those_of_SBD_whatever_paths_a_list_holds(string split, string masks, byte label)
    {
        WriteAnnotation("<annotation/>");
        File.WriteAllText(Path.Combine(Folder, "ImageSets", "Segmentation", $"{split}.txt"), "/JPEGImages/a.jpg /SegmentationClassAug/a.png\n");
        foreach (var (part, value) in new (string, byte)[] { ("SegmentationClass", 1), ("SegmentationClassAug", 2) }) WriteMask(part, value);
        var sample = Dataset().Samples(split)[0];

        Assert.That(sample.Id, Is.EqualTo("a"));
        Assert.That(sample.Masks, Is.EqualTo(masks));
        Assert.That(sample.LoadLabels().Labels, Is.EqualTo(new[] { label }));
        Assert.That(sample.Files!.LabelMap, Does.Contain($"{masks}{Path.DirectorySeparatorChar}"));
    }

    [TestCase("SegmentationClass", "train_aug")]
    [TestCase("SegmentationClassAug", "train")]
    public void Masks_that_are_there_stand_in_for_those_that_are_not(string there, string split)
    {
        WriteAnnotation("<annotation/>");
        File.WriteAllText(Path.Combine(Folder, "ImageSets", "Segmentation", $"{split}.txt"), "a\n");
        WriteMask(there, 1);

        Assert.That(Dataset().Samples(split)[0].Masks, Is.EqualTo(there));
    }

    [TestCase("labels")]
    [TestCase("size")]
    public void A_mask_that_does_not_fit_its_image_ends_the_epoch_with_its_name(string fault)
    {
        WriteAnnotation("<annotation/>");
        Directory.CreateDirectory(Path.Combine(Folder, "JPEGImages"));
        Pole.Data.Imaging.ImageCodec.WriteJpeg(Path.Combine(Folder, "JPEGImages", "a.jpg"), new RgbImage(2, 3, new byte[18]));
        var mask = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, "SegmentationClass")).FullName, "a.png");
        Pole.Data.Imaging.IndexedPng.Write(mask, fault == "size" ? new LabelMap(3, 2, new byte[6]) : new LabelMap(2, 3, [0, 255, 2, 3, 0, 0]));
        var batches = new Loading.LabelledBatches(Dataset().Samples("train"), sample => sample.LoadLabels(), 3, PixelNormalisation.ImageNet, new TrainingOptions { Epochs = 1, LearningRate = 1, BatchSize = 1, Augmentation = new RandomLongSideOptions { From = 8, To = 8 }, Crop = 8 }, 0);

        Assert.That(() => batches.Epoch(0, 0, CancellationToken.None).ToList(), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo(fault == "size"
            ? $"{mask} is 3×2, image a is 2×3; a label map has the size of its image" : $"{mask}: pixel (1, 1) has label 3, the labels are 0…2"));
    }

    [Test]
    public void Blank_lines_line_ends_of_Windows_trailing_spaces_and_a_byte_order_mark_are_no_part_of_an_id()
    {
        WriteList("\uFEFFa\r\n\r\n  b \t\r\nc.v2\r\n\r\n");

        Assert.That(Dataset().Samples("train").Select(sample => sample.Id), Is.EqualTo(new[] { "a", "b", "c.v2" }));
    }

    [TestCase("")]
    [TestCase("\r\n \n")]
    public void An_empty_list_is_an_error_that_names_the_file_before_anything_is_computed(string text)
    {
        WriteList(text);

        Assert.That(() => Dataset().Prepare(new SilentProgress(), CancellationToken.None), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{ListFile}: the list is empty"));
        Assert.That(() => Dataset().Samples("train"), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{ListFile}: the list is empty"));
    }

    [Test]
    public void An_id_that_is_listed_twice_is_an_error_with_both_lines()
    {
        WriteList("a\n\nb\n/JPEGImages/a.jpg /SegmentationClass/a.png\n");

        Assert.That(() => Dataset().Samples("train"), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{ListFile}(4): 'a' is listed twice, first in line 1"));
    }

    [Test]
    public void A_list_that_is_not_UTF_8_is_an_error_at_the_first_byte_that_is_not()
    {
        WriteList("");
        File.WriteAllBytes(ListFile, [.. "a\nb"u8, 0xE9, .. "c\n"u8]);

        Assert.That(() => Dataset().Samples("train"), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{ListFile}(2,2): the file is not UTF-8: the byte 0xE9 stands here"));
    }

    [Test]
    public void Deep_nesting_in_an_annotation_is_refused()
    {
        WriteAnnotation(string.Concat(Enumerable.Repeat("<a>", 100_000)));

        Assert.That(() => Sample().PresentClasses, Throws.InstanceOf<ExperimentException>().With.Message.Contains("a.xml: cannot be read as a VOC annotation: its elements are nested deeper than 32; the remedy"));
    }

    [Test]
    public void A_missing_list_says_what_to_do() =>
        Assert.That(() => Dataset().Prepare(new SilentProgress(), CancellationToken.None), Throws.InstanceOf<ExperimentException>().With.Message.Contains("train.txt does not exist: the remedy"));

    [Test]
    public void VOC_without_a_data_folder_says_how_to_give_one() =>
        Assert.That(() => new Voc12Options().Create(new ModuleContext { Device = TorchSharp.torch.CPU, CacheFolder = Folder }), Throws.InstanceOf<ExperimentException>().With.Message.Contains("--data DIR"));

    private void WriteAnnotation(string xml)
    {
        foreach (var part in new[] { "Annotations", "ImageSets/Segmentation" }) Directory.CreateDirectory(Path.Combine(Folder, part));
        File.WriteAllText(Path.Combine(Folder, "ImageSets", "Segmentation", "train.txt"), "a\n\n");
        File.WriteAllText(Path.Combine(Folder, "Annotations", "a.xml"), xml);
    }

    private string ListFile => Path.Combine(Folder, "ImageSets", "Segmentation", "train.txt");

    private void WriteList(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ListFile)!);
        File.WriteAllText(ListFile, text);
    }

    private void WriteMask(string part, byte label) =>
        Pole.Data.Imaging.IndexedPng.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, part)).FullName, "a.png"), new LabelMap(1, 1, [label]));

    private ISample Sample() => Dataset().Samples("train").Single();

    private VocDataset Dataset() => new(Folder, ["cat", "dog"], "train", "train", new Dictionary<string, int>(), "the remedy");
}
