using System.Formats.Tar;
using System.IO.Compression;
using Pole.Data.Imaging;
using Pole.Pipeline.External;
using Pole.Runner.Tests.Fuzzing;

namespace Pole.Runner.Tests;

/// <summary>Label maps of images that no spec knows.</summary>
public sealed class PredictCommandTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-predict-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_segmentation_network_labels_images_of_any_size_in_folders_of_any_name()
    {
        _ = SmokeRun.Folder;
        Image("in/a.jpg", 61, 47);
        Image("in/день 1/б в.png", 32, 96);
        var run = Predict(SmokeRun.Name);
        Assert.That(run.ExitCode, Is.Zero, run.Error);

        var masks = new[] { "a", "день 1/б в" }.Select(id => ImageCodec.ReadLabels(At($"out/masks/{id}.png"))).ToList();
        Assert.That(masks.Select(map => (map.Width, map.Height)), Is.EqualTo(new[] { (61, 47), (32, 96) }));
        Assert.That(ImageCodec.ReadSize(At("out/overlays/a.jpg")), Is.EqualTo((61, 47)));
        var rows = File.ReadAllLines(At("out/shares.csv"));
        Assert.That(rows[0], Is.EqualTo("image,background,boat,fish,train,car,bird,flower"));
        Assert.That(rows.Skip(1).Select(row => row.Split(',')[1..].Sum(share => double.Parse(share, System.Globalization.CultureInfo.InvariantCulture))), Is.All.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void What_the_test_server_of_VOC_takes_is_written_for_the_classes_of_VOC_alone()
    {
        var corpus = new FuzzCorpus(At("corpus"));
        string[] places = ["--data", corpus.At("voc"), "--store", At("store"), "--runs", At("runs")];
        Assert.That(Pole(["run", FuzzExperiments.Voc, "--quiet", .. places]).ExitCode, Is.Zero);
        Assert.That(Pole(["predict", FuzzExperiments.Voc, "--images", corpus.At("images"), "--output", At("out"), "--format", "voc-comp6", .. places]).ExitCode, Is.Zero);
        using var archive = new TarReader(new GZipStream(File.OpenRead(At("out/results.tar.gz")), CompressionMode.Decompress));
        Assert.That(archive.GetNextEntry()!.Name, Is.EqualTo("results/VOC2012/Segmentation/comp6_test_cls/i0.png"));

        RunShapes();
        Assert.That(PredictShapes("--labels", "auto", "--format", "voc-comp6").Error, Is.EqualTo("error: --format voc-comp6: VOC's test server takes label maps of VOC's 21 labels, background and aeroplane to tvmonitor; fuzz/shapes has 6 other classes (boat, fish, train, car, bird, …). Leave --format out\n"));
    }

    [Test]
    public void Images_that_are_predicted_together_are_predicted_as_each_by_itself()
    {
        for (var image = 0; image < 7; image++) Image($"in/{image}.jpg", image % 3 == 0 ? 48 : 64, 48);
        File.WriteAllText(At("labels.csv"), "file,labels\n" + string.Concat(Enumerable.Range(0, 7).Select(image => $"{image}.jpg,boat|car\n")));
        RunShapes();
        foreach (var batch in new[] { "1", "3" })
        foreach (var (folder, labels) in new[] { ("table", At("labels.csv")), ("auto", "auto") })
            Assert.That(Pole("predict", FuzzExperiments.Shapes, "--images", At("in"), "--labels", labels, "--cams", "npy", "--batch", batch, "--output", At($"{folder}-{batch}"), "--store", At("store"), "--runs", At("runs")).ExitCode, Is.Zero);

        for (var image = 0; image < 7; image++)
        {
            using var alone = CamFile.Read(At($"table-1/cams/{image}.npy"), 6);
            using var together = CamFile.Read(At($"table-3/cams/{image}.npy"), 6);
            Assert.That(together.HighResolution.ToFloats(), Is.EqualTo(alone.HighResolution.ToFloats()).Within(1e-5));
        }

        double[][] Scores(string batch) => [.. File.ReadAllLines(At($"auto-{batch}/scores.csv")).Skip(1).Select(row => row.Split(',')[1..].Select(score => double.Parse(score, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];
        foreach (var (together, alone) in Scores("3").Zip(Scores("1"))) Assert.That(together, Is.EqualTo(alone).Within(1e-5));
    }

    [Test]
    public void Predictions_go_on_where_they_stopped_and_are_never_mixed()
    {
        _ = SmokeRun.Folder;
        Image("in/a.jpg", 40, 40);
        Image("in/b.jpg", 40, 40);
        Predict(SmokeRun.Name);
        File.Delete(At("out/masks/b.png"));
        var kept = File.GetLastWriteTimeUtc(At("out/masks/a.png"));

        Assert.That(Predict(SmokeRun.Name).ExitCode, Is.Zero);
        Assert.That(File.GetLastWriteTimeUtc(At("out/masks/a.png")), Is.EqualTo(kept));
        Assert.That(File.Exists(At("out/masks/b.png")));

        File.WriteAllText(At("out/prediction.json"), "{}");
        Assert.That(Predict(SmokeRun.Name).Error, Does.Contain("holds predictions of another network, or made in another way"));
        Assert.That(PoleProcess.Run("pole", "predict", SmokeRun.Name, "--images", At("in"), "--output", At("in"), "--store", SmokeRun.Store, "--runs", SmokeRun.Runs).Error, Does.Contain("is there already and holds something else"));
    }

    [Test]
    public void CAMs_need_the_classes_of_each_image()
    {
        Image("in/a.jpg", 64, 48);
        Assert.That(PredictShapes().Error, Does.Contain("has no run in").And.Contain("run it first (pole run fuzz/shapes)"));
        RunShapes();
        Assert.That(PredictShapes().Error, Does.Contain("give them with --labels FILE, a table with the columns file and labels, or --labels auto for those that its classifier sees"));
        File.WriteAllText(At("labels.csv"), "file,labels\na.jpg,boat\n");

        var run = PredictShapes("--labels", At("labels.csv"));

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(ImageCodec.ReadLabels(At("out/masks/a.png")).Labels.Distinct(), Is.SubsetOf(new byte[] { 0, 1 }));
        File.WriteAllText(At("labels.csv"), "file,labels\na.jpg,boat\nelsewhere.jpg,car\n");
        Assert.That(Pole("predict", FuzzExperiments.Shapes, "--images", At("in"), "--output", At("all"), "--store", At("store"), "--runs", At("runs"), "--labels", At("labels.csv")).ExitCode, Is.Zero, "a table of all of one's images serves for some of them");
        File.WriteAllText(At("labels.csv"), "file,labels\na.jpg,boot\n");
        Assert.That(PredictShapes("--labels", At("labels.csv")).Error, Does.Contain("labels.csv(2): 'boot' is no class; the data set of fuzz/shapes has boat, fish"));
        Assert.That(PoleProcess.Run("pole", "predict", SmokeRun.Folder, "--images", At("in"), "--cams", "npy").Error, Does.Contain("the network of 'segmentation' makes no CAMs: leave out --cams, or name another with --network"));
        Assert.That(PoleProcess.Run("pole", "predict", SmokeRun.Folder, "--images", At("in"), "--labels", "auto").Error, Does.Contain("the network of 'segmentation' needs no classes of images: leave out --labels, or name another with --network"));
    }

    [Test]
    public void Classes_that_the_classifier_sees_stand_in_for_labels()
    {
        Image("in/a.jpg", 64, 48);
        Image("in/b.jpg", 48, 64);
        RunShapes();
        Assert.That(PredictShapes("--labels", "auto").ExitCode, Is.Zero);
        File.Delete(At("out/masks/b.png"));
        File.Delete(At("out/scores.csv"));
        Assert.That(PredictShapes("--labels", "auto").ExitCode, Is.Zero);

        var rows = File.ReadAllLines(At("out/scores.csv")).Select(row => row.Split(',')).ToList();
        Assert.That(rows.Select(row => row[0]), Is.EqualTo(new[] { "image", "a", "b" }));
        foreach (var row in rows.Skip(1))
        {
            var seen = row.Skip(1).Select((score, index) => (Score: double.Parse(score, System.Globalization.CultureInfo.InvariantCulture), Label: (byte)(index + 1))).ToList();
            Assert.That(seen.Select(entry => entry.Score), Is.All.InRange(0.0, 1.0));
            Assert.That(ImageCodec.ReadLabels(At($"out/masks/{row[0]}.png")).Labels.Distinct(), Is.SubsetOf(seen.Where(entry => entry.Score > 0.5).Select(entry => entry.Label).Append((byte)0)));
        }
    }

    [Test]
    public void CAMs_are_written_as_other_commands_read_them()
    {
        Image("in/a.jpg", 50, 41);
        RunShapes();
        File.WriteAllText(At("labels.csv"), "file,labels\na.jpg,boat|car\n");
        Assert.That(PredictShapes("--labels", At("labels.csv"), "--cams", "npy", "png").ExitCode, Is.Zero);

        using var cam = CamFile.Read(At("out/cams/a.npy"), 6, 50, 41);
        Assert.That(cam.Classes, Is.EqualTo(new[] { 0, 3 }));
        var strongest = cam.HighResolution[0].ToFloats();
        Assert.That(ImageCodec.ReadRgb(At("out/cams/a.1.png")).Pixels.Where((_, place) => place % 3 == 0), Is.EqualTo(strongest.Select(value => (byte)Math.Round(255 * value))));
        Assert.That(File.Exists(At("out/cams/a.4.png")));
    }

    [Test]
    public void A_large_image_is_labelled_in_windows()
    {
        _ = SmokeRun.Folder;
        Image("in/a.jpg", 200, 150);
        Assert.That(Predict(SmokeRun.Name, "--window", "96").ExitCode, Is.Zero);

        var map = ImageCodec.ReadLabels(At("out/masks/a.png"));
        Assert.That((map.Width, map.Height), Is.EqualTo((200, 150)));
    }

    [Test]
    public void The_folder_of_a_run_is_enough_on_a_machine_that_has_nothing_else_of_it()
    {
        Image("in/a.jpg", 64, 48);
        File.WriteAllText(At("labels.csv"), "file,labels\na.jpg,boat\n");
        RunShapes();
        Assert.That(PredictShapes("--labels", At("labels.csv")).ExitCode, Is.Zero);
        var (expected, automatic) = (File.ReadAllBytes(At("out/masks/a.png")), At("auto"));
        // The second run finds every stage stored, and has no network in its folder.
        RunShapes();
        var packed = Pole("pack", FuzzExperiments.Shapes, "--runs", At("runs"), "--store", At("store"), "--weights", "--output", At("run.tar.gz"));
        Assert.That(packed.ExitCode, Is.Zero, packed.Error);
        Directory.Delete(At("store"), recursive: true);
        Directory.Delete(At("runs"), recursive: true);
        var run = PoleInProcess.Run([], "unpack", At("run.tar.gz"), "--runs", At("elsewhere")).Output.Trim();

        var predicted = PoleInProcess.Run([], "predict", run, "--images", At("in"), "--labels", At("labels.csv"), "--output", At("again"), "--store", At("empty"));

        Assert.That(predicted.ExitCode, Is.Zero, predicted.Error);
        Assert.That(File.ReadAllBytes(At("again/masks/a.png")), Is.EqualTo(expected));
        Assert.That(Again().ExitCode, Is.Zero);
        var spec = Path.Combine(run, "spec.yaml");
        var whole = File.ReadAllText(spec);
        File.WriteAllText(spec, whole.Replace("width: 4 ", "width: 8 ", StringComparison.Ordinal));
        Assert.That(Again().Error, Does.Contain($"{spec}: cannot be read as the spec of a run: it is not the spec that the run was made with: result.json has another value of 'backbone.width'"));
        File.WriteAllText(spec, whole[..whole.IndexOf("\nclims:", StringComparison.Ordinal)]);
        Assert.That(Again().ExitCode, Is.EqualTo(ExitCodes.Failure));
        File.WriteAllText(spec, whole);
        Directory.Delete(Path.Combine(run, "checkpoints"), recursive: true);
        Assert.That(Again().Error, Does.Contain("the network of the stage 'clims' is neither in").And.Contain("pack the run with --weights where it was made"));

        PoleInProcess Again() => PoleInProcess.Run([], "predict", run, "--images", At("in"), "--labels", "auto", "--output", automatic, "--store", At("empty"));
    }

    [Test]
    public void A_network_that_is_not_the_runs_is_refused_and_a_damaged_label_map_says_what_to_do()
    {
        Image("in/a.jpg", 40, 40);
        RunShapes();
        Assert.That(PredictShapes("--labels", "auto").ExitCode, Is.Zero);
        File.WriteAllBytes(At("out/masks/a.png"), [1, 2, 3]);
        Assert.That(PredictShapes("--labels", "auto").Error, Does.Contain("the label map that was predicted before is damaged; delete it, and the same command makes it again"));

        var network = Directory.GetFiles(At("runs"), "clims.last.safetensors", SearchOption.AllDirectories).Single();
        File.Copy(Path.Combine(Path.GetDirectoryName(network)!, "baseline.last.safetensors"), network, overwrite: true);
        Assert.That(PredictShapes("--labels", "auto").Error, Does.StartWith($"error: {network}: it is not the network that the run ended with"));
    }

    [TestCase("0")]
    [TestCase("1025")]
    public void A_batch_that_is_none_is_a_wrong_command_line(string batch) =>
        Assert.That(PredictShapes("--batch", batch), Has.Property("ExitCode").EqualTo(ExitCodes.WrongCommandLine).And.Property("Error").Contains($"--batch is {batch}; it can be 1 to 1024"));

    [TestCase("1e9")]
    [TestCase("63")]
    [TestCase("x")]
    public void A_window_that_is_none_is_a_wrong_command_line(string window)
    {
        var run = PredictShapes("--window", window);

        Assert.That((run.ExitCode, run.Error.Contains($"--window is {window}; it can be 64 to 16384", StringComparison.Ordinal)), Is.EqualTo((ExitCodes.WrongCommandLine, true)));
    }

    private PoleProcess Predict(string name, params string[] more) => PoleProcess.Run("pole", ["predict", name, "--images", At("in"), "--output", At("out"), "--store", SmokeRun.Store, "--runs", SmokeRun.Runs, .. more]);

    private void RunShapes() => Assert.That(Pole("run", FuzzExperiments.Shapes, "--store", At("store"), "--runs", At("runs"), "--quiet").ExitCode, Is.Zero);

    private PoleInProcess PredictShapes(params string[] more) => Pole(["predict", FuzzExperiments.Shapes, "--images", At("in"), "--output", At("out"), "--store", At("store"), "--runs", At("runs"), .. more]);

    private static PoleInProcess Pole(params string[] arguments) => PoleInProcess.Run(FuzzExperiments.All, arguments);

    private string At(string path) => Path.Combine(folder, path);

    private void Image(string path, int width, int height)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        var pixels = new byte[3 * width * height];
        new Random(width).NextBytes(pixels);
        if (path.EndsWith(".png", StringComparison.Ordinal)) ImageCodec.WritePng(At(path), new RgbImage(width, height, pixels));
        else ImageCodec.WriteJpeg(At(path), new RgbImage(width, height, pixels));
    }
}
