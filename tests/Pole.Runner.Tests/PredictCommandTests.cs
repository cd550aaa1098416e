using System.Formats.Tar;
using System.IO.Compression;
using Pole.Data.Imaging;
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
        var run = Predict(SmokeRun.Name, "--format", "voc-comp6");
        Assert.That(run.ExitCode, Is.Zero, run.Error);

        var masks = new[] { "a", "день 1/б в" }.Select(id => ImageCodec.ReadLabels(At($"out/masks/{id}.png"))).ToList();
        Assert.That(masks.Select(map => (map.Width, map.Height)), Is.EqualTo(new[] { (61, 47), (32, 96) }));
        Assert.That(ImageCodec.ReadSize(At("out/overlays/a.jpg")), Is.EqualTo((61, 47)));
        var rows = File.ReadAllLines(At("out/shares.csv"));
        Assert.That(rows[0], Is.EqualTo("image,background,boat,fish,train,car,bird,flower"));
        Assert.That(rows.Skip(1).Select(row => row.Split(',')[1..].Sum(share => double.Parse(share, System.Globalization.CultureInfo.InvariantCulture))), Is.All.EqualTo(1).Within(1e-5));
        using var archive = new TarReader(new GZipStream(File.OpenRead(At("out/results.tar.gz")), CompressionMode.Decompress));
        Assert.That(archive.GetNextEntry()!.Name, Is.EqualTo("results/VOC2012/Segmentation/comp6_test_cls/a.png"));
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
        Assert.That(Predict(SmokeRun.Name).Error, Does.Contain("holds predictions of another experiment, or with other labels"));
        Assert.That(PoleProcess.Run("pole", "predict", SmokeRun.Name, "--images", At("in"), "--output", At("in"), "--store", SmokeRun.Store).Error, Does.Contain("is there already and holds something else"));
    }

    [Test]
    public void CAMs_need_the_classes_of_each_image()
    {
        string[] places = ["--store", At("store"), "--output", At("out"), "--images", At("in")];
        Image("in/a.jpg", 64, 48);
        Assert.That(PoleInProcess.Run(FuzzExperiments.All, ["predict", FuzzExperiments.Shapes, .. places]).Error, Does.Contain("give them with --labels, or train a segmentation network"));
        File.WriteAllText(At("labels.csv"), "file,labels\na.jpg,boat\n");
        Assert.That(PoleInProcess.Run(FuzzExperiments.All, ["predict", FuzzExperiments.Shapes, "--labels", At("labels.csv"), .. places]).Error, Does.Contain("is not in the store, or not all of it: run it first (pole run fuzz/shapes)"));
        Assert.That(PoleInProcess.Run(FuzzExperiments.All, "run", FuzzExperiments.Shapes, "--store", At("store"), "--runs", At("runs"), "--quiet").ExitCode, Is.Zero);

        var run = PoleInProcess.Run(FuzzExperiments.All, ["predict", FuzzExperiments.Shapes, "--labels", At("labels.csv"), .. places]);

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(ImageCodec.ReadLabels(At("out/masks/a.png")).Labels.Distinct(), Is.SubsetOf(new byte[] { 0, 1 }));
        File.WriteAllText(At("labels.csv"), "file,labels\na.jpg,boot\n");
        Assert.That(PoleInProcess.Run(FuzzExperiments.All, ["predict", FuzzExperiments.Shapes, "--labels", At("labels.csv"), .. places]).Error, Does.Contain("labels.csv(2): 'boot' is no class; the data set of fuzz/shapes has boat, fish"));
    }

    private PoleProcess Predict(string name, params string[] more) => PoleProcess.Run("pole", ["predict", name, "--images", At("in"), "--output", At("out"), "--store", SmokeRun.Store, .. more]);

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
