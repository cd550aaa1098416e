using System.Reflection;
using Pole.Data.Imaging;

namespace Pole.Runner.Tests;

/// <summary>Measuring masks and CAMs from elsewhere.</summary>
public sealed class EvaluateCommandTests
{
    private static readonly string Cases = Path.GetFullPath(Path.Combine(typeof(EvaluateCommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "cases"));

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-evaluate-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void One_prediction_of_three_images_is_an_error_unless_the_measurement_is_partial()
    {
        foreach (var id in new[] { "a", "b", "c" }) Write("truth", id, 4, 2);
        Write("masks", "a", 4, 2);
        string[] arguments = ["evaluate", "masks", "shapes/pole", "--predictions", Path.Combine(folder, "masks"), "--truth", Path.Combine(folder, "truth")];

        var whole = PoleProcess.Run("pole", arguments);
        Assert.That((whole.ExitCode, whole.Output), Is.EqualTo((1, "")));
        Assert.That(whole.Error, Does.Contain("no prediction of 2 of the 3 images").And.Contain("b.png, c.png").And.Contain("--partial"));
        var partial = PoleProcess.Run("pole", [.. arguments, "--partial"]);
        Assert.That(partial.ExitCode, Is.Zero);
        Assert.That(partial.Output, Does.Contain("1 of 3 images"));
    }

    [Test]
    public void A_mask_of_another_size_than_its_ground_truth_is_named_with_it()
    {
        Write("truth", "a", 4, 2);
        Write("masks", "a", 2, 4);
        var run = PoleProcess.Run("pole", "evaluate", "masks", "shapes/pole", "--predictions", Path.Combine(folder, "masks"), "--truth", Path.Combine(folder, "truth"));

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo($"error: {Path.Combine(folder, "truth", "a.png")} is 4×2, {Path.Combine(folder, "masks", "a.png")} is 2×4; a label map has the size of its image"));
    }

    [TestCase(6)]
    [TestCase(-1)]
    public void A_class_that_the_data_set_does_not_have_is_an_error(long key)
    {
        Write("truth", "a", 4, 4);
        WriteCam(key, 4, 4);

        Expect($"a.npy: class {key} of 'keys' is none of the data set's 6, 0…5");
    }

    [Test]
    public void CAMs_of_another_size_than_the_ground_truth_are_named_with_it()
    {
        Write("truth", "a", 4, 8);
        WriteCam(1, 8, 4);

        Expect($"{Path.Combine(folder, "truth", "a.png")} is 4×8, {Path.Combine(folder, "cams", "a.npy")} is 8×4");
    }

    [Test]
    public void The_shared_CAMs_that_hold_NaN_are_an_error()
    {
        var shared = Path.Combine(Cases, "cams-not-finite");
        if (!Directory.Exists(shared)) Assert.Ignore($"{shared} is not there");
        var run = PoleProcess.Run("pole", "evaluate", "cams", "shapes/pole", "--cams", Path.Combine(shared, "camsnan"), "--truth", Path.Combine(shared, "truth"));

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((1, "")));
        Assert.That(run.Error, Does.Contain("i3.npy: 'cam' holds NaN or infinity"));
    }

    private void Expect(string error)
    {
        var run = PoleProcess.Run("pole", "evaluate", "cams", "shapes/pole", "--cams", Path.Combine(folder, "cams"), "--truth", Path.Combine(folder, "truth"));

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((1, "")));
        Assert.That(run.Error, Does.Contain(error));
    }

    private void Write(string part, string id, int width, int height) =>
        IndexedPng.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, part)).FullName, $"{id}.png"), new LabelMap(width, height, [.. Enumerable.Range(0, width * height).Select(pixel => (byte)(pixel % 2))]));

    private void WriteCam(long key, int width, int height) =>
        CamFileWriter.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "cams")).FullName, "a.npy"), [key], width, height, new float[width * height], new float[(width + 3) / 4 * ((height + 3) / 4)]);
}
