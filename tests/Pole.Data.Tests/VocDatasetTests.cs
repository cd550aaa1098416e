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

    [Test]
    public void Lists_may_hold_paths_and_augmented_masks_come_first()
    {
        WriteAnnotation("<annotation/>");
        File.WriteAllText(Path.Combine(Folder, "ImageSets", "Segmentation", "train.txt"), "/JPEGImages/a.jpg /SegmentationClassAug/a.png\n");
        foreach (var (part, label) in new (string, byte)[] { ("SegmentationClass", 1), ("SegmentationClassAug", 2) })
            Pole.Data.Imaging.IndexedPng.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, part)).FullName, "a.png"), new LabelMap(1, 1, [label]));

        Assert.That(Sample().Id, Is.EqualTo("a"));
        Assert.That(Sample().LoadLabels().Labels, Is.EqualTo(new byte[] { 2 }));
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

    private ISample Sample() => Dataset().Samples("train").Single();

    private VocDataset Dataset() => new(Folder, ["cat", "dog"], "train", "train", new Dictionary<string, int>(), "the remedy");
}
