using System.Reflection;

namespace Pole.Runner.Tests;

/// <summary>The commands that enter the chain with files from elsewhere.</summary>
public sealed class ChainCommandTests
{
    private static readonly string Shared = Path.GetFullPath(Path.Combine(typeof(ChainCommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "data", "voc18"));

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-chain-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Refining_published_CAMs_asks_for_the_weights_of_the_backbone_before_anything_is_computed()
    {
        if (!Directory.Exists(Shared)) Assert.Ignore($"{Shared} is not there");
        var cams = Directory.CreateDirectory(Path.Combine(folder, "cams")).FullName;
        File.Copy(Path.Combine(Shared, "cams", "2007_000032.npy"), Path.Combine(cams, "2007_000032.npy"));

        var run = PoleProcess.Run("pole", "refine", "voc12/pole-full", "--images", Path.Combine(Shared, "images"), "--cams", cams, "--store", Path.Combine(folder, "store"), "--output", Path.Combine(folder, "masks"));

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("resnet50-19c8e357.pth").And.Contain("--weights DIR"));
        Assert.That(Directory.Exists(Path.Combine(folder, "store", "stages")), Is.False);
        Assert.That(Directory.Exists(Path.Combine(folder, "masks")), Is.False);
    }

    [Test]
    public void Refining_a_folder_without_CAMs_names_it()
    {
        var run = PoleProcess.Run("pole", "refine", "shapes/pole-full", "--images", folder, "--cams", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo($"error: {folder} has no .npy files"));
    }

    [Test]
    public void Ground_truth_of_no_image_is_an_error_before_anything_is_refined()
    {
        var (cams, truth) = (Directory.CreateDirectory(Path.Combine(folder, "cams")).FullName, Directory.CreateDirectory(Path.Combine(folder, "truth")).FullName);
        File.WriteAllBytes(Path.Combine(cams, "a.npy"), []);
        File.WriteAllBytes(Path.Combine(truth, "b.png"), []);
        var run = PoleProcess.Run("pole", "refine", "shapes/pole-full", "--images", folder, "--cams", cams, "--truth", truth);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo($"error: {truth} has no ground truth of any image of {cams}, such as a.png; leave out --truth to measure nothing"));
    }

    [Test]
    public void Refining_with_an_experiment_that_refines_nothing_says_so()
    {
        var run = PoleProcess.Run("pole", "refine", "shapes/pole", "--images", folder, "--cams", folder);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Is.EqualTo("error: shapes/pole has no refinement: choose an experiment that has"));
    }

    [Test]
    public void Segmenting_with_too_few_masks_counts_and_names_them()
    {
        File.WriteAllBytes(Path.Combine(folder, "0.png"), []);
        var run = PoleProcess.Run("pole", "segment", "shapes/pole-full", "--masks", folder, "--store", Path.Combine(folder, "store"));

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Match(@"has no mask of \d+ of the 480 images of train: \w+\.png, \w+\.png, \w+\.png…"));
    }
}
