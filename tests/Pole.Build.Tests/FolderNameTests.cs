namespace Pole.Build.Tests;

/// <summary>Folders may be named as they like: a build works in them, and runs nothing that their names say.</summary>
public sealed class FolderNameTests
{
    [TestCase("a b")]
    [TestCase("a$b", ExcludePlatform = "Win")]
    [TestCase("e$(touch PWNED)f", ExcludePlatform = "Win")]
    [TestCase("e`touch PWNED`f", ExcludePlatform = "Win")]
    [TestCase("it's 50% a;b#c & d", ExcludePlatform = "Win")]
    public void A_project_builds_and_starts_in_a_folder_of_any_name(string name)
    {
        using var project = new OutsideProject(name);
        project.Write("experiments/mine/first.yaml", """
            description: In an odd place.
            dataset: { name: shapes, train-images: 16, evaluation-images: 4, side: 64 }
            backbone: { name: patches, width: 8 }
            baseline: { epochs: 1, batch-size: 8, learning-rate: 0.01, augmentation: { name: random-long-side, from: 64, to: 64 }, crop: 64 }
            cam: { scales: [1] }
            """);

        Assert.That(project.Build([]), Does.Contain("0 Warning(s)").And.Contain("0 Error(s)"));

        Assert.That(project.Run(project.Executable("pole"), ["show", "mine/first"]), Does.Contain("width: 8"));
        Assert.That(File.ReadAllText(Path.Combine(project.Experiments, "experiments.lock")), Does.Contain("mine/first "));
        Assert.That(Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(project.Folder)!, "PWNED", SearchOption.AllDirectories), Is.Empty);
        Assert.That(Directory.EnumerateDirectories(Path.GetDirectoryName(project.Folder)!).Select(Path.GetFileName), Is.EqualTo(new[] { name }));
    }
}
