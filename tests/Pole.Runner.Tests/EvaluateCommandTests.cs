using System.Reflection;
using Pole.Data.Imaging;
using Pole.Pipeline.External;

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

    [Test]
    public void CAMs_are_scored_in_every_mode_and_the_last_line_names_that_of_runs()
    {
        foreach (var id in new[] { "a", "b" }) WriteImage(id);
        WriteCam("a", [0], [0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f, 0.9f, 0.1f]);
        WriteCam("b", [0], new float[8]);

        var run = Evaluate("--threshold", "0.25", "--gamma", "2", "4", "--crf", "--images", Path.Combine(folder, "images"));

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var lines = run.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        // One image is labelled right, the other is all background: IoU 4/8 of the foreground and 8/12 of the background.
        foreach (var row in new[] { "CAM, threshold 0.25 58.3", "CAM, background (1 − max)^2 58.3 as threshold 0.382, best of these", "CAM, background (1 − max)^4 58.3 as threshold 0.276" }) Assert.That(lines, Does.Contain(row), run.Output);
        Assert.That(lines.Count(line => line.Contains(" + CRF ", StringComparison.Ordinal)), Is.EqualTo(3), run.Output);
        Assert.That(lines.Last(line => line.Length > 0), Is.EqualTo("runs of shapes/pole score \"CAM, threshold 0.3\" (cam.threshold), without CRF; pixels of low confidence become 255 in training masks only"));
    }

    [TestCase(new[] { "--crf" }, "--images DIR")]
    [TestCase(new[] { "--threshold", "1.5" }, "--threshold 1.5: a number from 0 to 1 is expected")]
    [TestCase(new[] { "--gamma", "4", "0" }, "--gamma 0: a number from 0.1 to 1000 is expected")]
    public void Options_that_do_not_fit_are_a_wrong_command_line(string[] options, string error)
    {
        var run = Evaluate(options);

        Assert.That(run.ExitCode, Is.EqualTo(2), run.Error);
        Assert.That(run.Error, Does.Contain(error));
    }

    private PoleProcess Evaluate(params string[] options) =>
        PoleProcess.Run("pole", ["evaluate", "cams", "shapes/pole", "--cams", Path.Combine(folder, "cams"), "--truth", Path.Combine(folder, "truth"), .. options]);

    /// <summary>4×2, with its ground truth: columns of background and class 1 by turns.</summary>
    private void WriteImage(string id)
    {
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        ImageCodec.WriteJpeg(Path.Combine(folder, "images", $"{id}.jpg"), new RgbImage(4, 2, new byte[24]));
        IndexedPng.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "truth")).FullName, $"{id}.png"), new LabelMap(4, 2, [1, 0, 1, 0, 1, 0, 1, 0]));
    }

    private void WriteCam(string id, long[] keys, float[] fine) =>
        CamFileWriter.Write(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "cams")).FullName, $"{id}.npy"), keys, 4, 2, fine, new float[1]);

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
