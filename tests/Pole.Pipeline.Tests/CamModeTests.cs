using System.Reflection;
using Pole.Data.Imaging;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.External;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>The ways from CAMs to scored labels.</summary>
public sealed class CamModeTests
{
    private static readonly string Published = Path.GetFullPath(Path.Combine(typeof(CamModeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "data", "voc18"));

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-modes-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    /// <summary>Backgrounds by hand, of the maxima 0.2, 0.5, 0.6 and 1: (1 − max)^1 = 0.8, 0.5, 0.4, 0; ^2 = 0.64, 0.25, 0.16, 0; ^8 = 0.168, 0.004, 0.0007, 0.</summary>
    [TestCase(1, new byte[] { 0, 0, 2, 1 })]
    [TestCase(2, new byte[] { 0, 1, 2, 1 })]
    [TestCase(8, new byte[] { 2, 1, 2, 1 })]
    public void The_background_scores_one_less_the_strongest_CAM_to_a_power(double gamma, byte[] expected)
    {
        float[] cams = [0.1f, 0.5f, 0.3f, 1f, 0.2f, 0.4f, 0.6f, 0f];

        Assert.That(CamLabels.StrongestAgainstPower(cams, 4, gamma), Is.EqualTo(expected));
    }

    [Test]
    public void Without_a_present_class_everything_is_background() => Assert.That(CamLabels.StrongestAgainstPower([], 3, 4), Is.EqualTo(new byte[3]));

    [Test]
    public void A_CAM_of_zeros_is_background_at_any_power() => Assert.That(CamLabels.StrongestAgainstPower(new float[6], 3, 1000), Is.EqualTo(new byte[3]));

    [Test]
    public void A_CAM_slightly_above_1_is_foreground_at_a_fractional_power() => Assert.That(CamLabels.StrongestAgainstPower([1.0009f], 1, 0.5), Is.EqualTo(new byte[] { 1 }));

    [TestCase(1, 0.5)]
    [TestCase(2, 0.381966)]
    [TestCase(4, 0.275508)]
    public void A_power_labels_the_pixels_that_the_root_of_its_equation_does(double gamma, double threshold)
    {
        float[] cams = [.. Enumerable.Range(0, 1000).Select(step => step / 999f)];

        Assert.That(CamMode.EquivalentThreshold(gamma), Is.EqualTo(threshold).Within(1e-6));
        Assert.That(CamLabels.StrongestAgainstPower(cams, 1000, gamma), Is.EqualTo(CamLabels.Strongest(cams, 1000, CamMode.EquivalentThreshold(gamma))));
    }

    [Test]
    public void Published_CAMs_scored_against_their_own_labels_at_a_threshold_are_right_in_that_mode_alone()
    {
        var files = LabelPublishedCams(0.37, 4);
        var measurement = new CamModeMeasurement(files, 20, 0.37, CamModeMeasurement.PublishedGammas);

        var rows = measurement.Run(null, CancellationToken.None);

        Assert.That(rows.Select(row => row.Mode), Is.EqualTo(new[]
        {
            "CAM, threshold 0.37", "CAM, best threshold 0.37", "CAM, background (1 − max)^1", "CAM, background (1 − max)^2", "CAM, background (1 − max)^4",
            "CAM, background (1 − max)^8", "CAM, background (1 − max)^16", "CAM, background (1 − max)^32",
        }));
        Assert.That(rows.Take(2).Select(row => row.MeanIou), Is.All.EqualTo(1));
        Assert.That(rows.Skip(2).Select(row => row.MeanIou), Is.All.LessThan(1));
        // (1 − max)^2 is the threshold 0.382, the nearest.
        Assert.That(rows.Skip(2).MaxBy(row => row.MeanIou)!.Remark, Is.EqualTo("as threshold 0.382, best of these"));
        Assert.That(measurement.Thresholds, Has.Count.EqualTo(100));
    }

    [Test]
    public void The_CRF_refines_the_constant_the_best_threshold_and_the_best_power()
    {
        var files = LabelPublishedCams(0.3, 1);

        var rows = new CamModeMeasurement(files, 20, 0.15, [2, 4]).Run(Path.Combine(Published, "images"), CancellationToken.None);

        Assert.That(rows.Skip(4).Select(row => row.Mode), Is.EqualTo(new[] { "CAM, threshold 0.15 + CRF", "CAM, best threshold 0.3 + CRF", "CAM, background (1 − max)^4 + CRF" }));
        Assert.That(rows.Skip(4).Select(row => row.MeanIou), Is.All.InRange(0.2, 0.9999));
    }

    private List<EvaluatedFile> LabelPublishedCams(double threshold, int count)
    {
        if (!Directory.Exists(Published)) Assert.Ignore($"{Published} is not there");
        var files = new List<EvaluatedFile>();
        foreach (var path in Directory.GetFiles(Path.Combine(Published, "cams")).Order(StringComparer.Ordinal).Take(count))
        {
            using var scope = NewDisposeScope();
            using var cam = CamFile.Read(path, 20);
            var id = Path.GetFileNameWithoutExtension(path);
            var truth = Path.Combine(folder, $"{id}.png");
            IndexedPng.Write(truth, CamLabels.FromCams(cam.HighResolution, cam.Classes, threshold));
            files.Add(new EvaluatedFile(id, path, truth));
        }

        return files;
    }
}
