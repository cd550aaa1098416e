using System.Reflection;
using Pole.Data.Imaging;
using Pole.Pipeline.External;
using Pole.Pipeline.Inference;

namespace Pole.Pipeline.Tests;

public sealed class CamFileTests
{
    private static readonly string Cases = Path.GetFullPath(Path.Combine(typeof(CamFileTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "cases"));

    private string folder = "";

    private string Cam => Path.Combine(folder, "a.npy");

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-cams-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    /// <summary>numpy.save wraps a dictionary into an array of objects; the digest is that of a file with the same opcodes that was put together by hand.</summary>
    [Test]
    public void A_file_has_the_opcodes_that_numpy_writes()
    {
        CamFileWriter.Write(Cam, [0, 3], 5, 2, [.. Enumerable.Range(0, 20).Select(value => value / 32f)], [0, 0.25f, 0.5f, 1]);

        Assert.That(Zoo.Weights.FileHash.Sha256(Cam), Is.EqualTo("1e5375cd45f392108398e881069782e14158420f7b90aa97f7a210b6aa6598db"));
    }

    [TestCase(float.NaN, "high_res")]
    [TestCase(float.PositiveInfinity, "high_res")]
    [TestCase(float.NaN, "cam")]
    [TestCase(float.NegativeInfinity, "cam")]
    public void A_value_that_is_not_finite_is_named_with_file_and_key(float value, string key)
    {
        CamFileWriter.Write(Cam, [1], 4, 4, Map(16, key == "high_res" ? value : 0), Map(1, key == "cam" ? value : 0));

        Expect($"'{key}' holds NaN or infinity");
    }

    [TestCase(6, "class 6 of 'keys' is none of the data set's 6, 0…5")]
    [TestCase(-1, "class -1 of 'keys' is none of the data set's 6, 0…5")]
    [TestCase(1L << 32, "of 'keys' is none of the data set's 6, 0…5")]
    public void A_class_that_the_data_set_does_not_have_is_named(long key, string message)
    {
        CamFileWriter.Write(Cam, [key], 4, 4, Map(16, 1), Map(1, 1));

        Expect(message);
    }

    [Test]
    public void A_class_that_comes_twice_is_named()
    {
        CamFileWriter.Write(Cam, [2, 2], 4, 4, Map(32, 1), Map(2, 1));

        Expect("'keys' lists class 2 twice");
    }

    [TestCase(1.01f, "'high_res' has values from 0 to 1.01, normalised CAMs are 0…1")]
    [TestCase(-0.5f, "'high_res' has values from -0.5 to 0, normalised CAMs are 0…1")]
    public void Maps_that_are_not_normalised_are_refused(float value, string message)
    {
        CamFileWriter.Write(Cam, [1], 4, 4, Map(16, value), Map(1, 0));

        Expect(message);
    }

    [Test]
    public void Rounding_of_16_bit_floats_is_no_fault()
    {
        CamFileWriter.Write(Cam, [1], 4, 4, Map(16, 1.0009f), Map(1, 0));

        using var cam = CamFile.Read(Cam, 6);
        Assert.That(cam.Classes, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Maps_of_another_size_than_the_image_are_named_with_both()
    {
        CamFileWriter.Write(Cam, [1], 8, 4, Map(32, 1), Map(2, 1));

        Assert.That(() => CamFile.Read(Cam, 6, width: 4, height: 8), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{Cam}: its maps are not of the image's size, 4×8, but 8×4"));
    }

    [Test]
    public void A_file_without_classes_has_no_maps()
    {
        CamFileWriter.Write(Cam, [], 4, 4, [], []);

        using var cam = CamFile.Read(Cam, 6, width: 4, height: 4);
        Assert.That((cam.Classes.Count, cam.HighResolution.numel()), Is.EqualTo((0, 0)));
    }

    [Test]
    public void Where_a_file_has_no_class_nothing_is_chosen()
    {
        foreach (var (id, classes) in new[] { ("a", 1), ("b", 0) })
        {
            ImageCodec.WriteJpeg(Path.Combine(folder, $"{id}.jpg"), new RgbImage(8, 8, new byte[192]));
            CamFileWriter.Write(Path.Combine(folder, $"{id}.npy"), classes == 1 ? [2] : [], 8, 8, Map(64 * classes, 1), Map(4 * classes, 1));
        }

        var choices = FolderSelection.Run(MicroExperiment.Pole, folder, folder, MicroExperiment.Context(Path.Combine(folder, "store"), new RecordingProgress()));

        Assert.That(choices.All.Select(choice => (choice.Image, choice.Class)), Is.EqualTo(new[] { ("a", 2) }));
    }

    [Test]
    public void The_shared_CAM_that_holds_NaN_stops_selection_and_refinement_alike()
    {
        var shared = Path.Combine(Cases, "cams-not-finite");
        if (!Directory.Exists(shared)) Assert.Ignore($"{shared} is not there");
        var (images, cams) = (Path.Combine(shared, "images"), Path.Combine(shared, "camsnan"));
        Action[] roads =
        [
            () => FolderSelection.Run(MicroExperiment.Pole, images, cams, MicroExperiment.Context(folder, new RecordingProgress())),
            () => FolderRefinement.Run(MicroExperiment.Full, images, cams, null, MicroExperiment.Context(folder, new RecordingProgress())),
        ];

        foreach (var road in roads) Assert.That(() => road(), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{Path.Combine(cams, "i3.npy")}: 'cam' holds NaN or infinity"));
    }

    private static float[] Map(int values, float first) => [.. Enumerable.Range(0, values).Select(place => place == 0 ? first : 0)];

    private void Expect(string message) => Assert.That(() => CamFile.Read(Cam, 6), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith($"{Cam}: ").And.Message.Contains(message));
}
