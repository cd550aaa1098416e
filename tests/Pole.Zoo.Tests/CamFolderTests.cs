using Pole.Zoo.Cam;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>CAMs that a stage leaves for the stages after it.</summary>
public sealed class CamFolderTests
{
    private static readonly RgbImage Image = new(6, 5, new byte[90]);

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-cams-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void CAMs_are_read_as_they_were_written()
    {
        using var written = new FusedCam([1, 4], rand(2, 2, 2), rand(2, 5, 6));
        using var cams = new CamFolder(folder);
        cams.Write(new Sample(), written);
        using var read = ((ICamSource)cams).Of(new Sample(), Image)!;

        Assert.That(read.Classes, Is.EqualTo(written.Classes));
        Assert.That(read.Strided.ToFloats(), Is.EqualTo(written.Strided.ToFloats()));
        Assert.That(read.HighResolution.ToFloats(), Is.EqualTo(written.HighResolution.ToFloats()));
    }

    [Test]
    public void An_image_without_a_class_has_a_file_without_CAMs()
    {
        using var cams = new CamFolder(folder);
        cams.Write(new Sample(), null);

        Assert.That(cams.FileOf(new Sample()), Does.Exist);
        Assert.That(cams.Of(new Sample(), Image), Is.Null);
    }

    [Test]
    public void CAMs_of_another_image_are_an_error_that_names_the_file()
    {
        using var written = new FusedCam([1], rand(1, 2, 2), rand(1, 5, 5));
        using var cams = new CamFolder(folder);
        cams.Write(new Sample(), written);

        Assert.That(() => cams.Of(new Sample(), Image), Throws.InstanceOf<ExperimentException>().With.Message.Contains("a.safetensors: its maps are [1, 5, 5], and [1, 5, 6] is what its classes and an image of 6×5 make"));
    }

    private sealed class Sample : ISample
    {
        public string Id => "a";

        public IReadOnlyList<int> PresentClasses => [1];

        public RgbImage LoadImage() => Image;

        public LabelMap LoadLabels() => throw new NotSupportedException("it has none");
    }
}
