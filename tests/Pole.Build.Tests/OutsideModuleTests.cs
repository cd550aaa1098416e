namespace Pole.Build.Tests;

/// <summary>A researcher's own project with a module of its own.</summary>
public sealed class OutsideModuleTests
{
    private OutsideProject project = null!;

    [SetUp]
    public void WriteProjects() => project = new OutsideProject();

    [TearDown]
    public void DeleteFolder() => project.Dispose();

    [Test]
    public void A_module_from_outside_is_checked_and_run_like_ours()
    {
        WriteSpec("{ name: patches, widht: 80 }");
        Assert.That(project.Build([]), Does.Match(@"mine/first\.yaml\(3,28\): error POLE0002: unknown key 'widht' in 'backbone'; did you mean 'width'\?").And.Contain("error POLE0006: the key 'width' is missing in 'backbone'"));
        WriteSpec("{ name: patches, width: 80 }");
        Assert.That(project.Build([]), Does.Match(@"mine/first\.yaml\(3,35\): error POLE0004: 'backbone\.width' is 80; it can be 4 to 64"));

        WriteSpec("{ name: patches, width: 8 }");
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        Assert.That(project.Run(project.Executable("pole-mine-first"), ["--store", Path.Combine(project.Folder, "store")]), Does.Contain("baseline CAM").And.Contain("mine/first: CAM, threshold 0.15, no refinement"));
        Assert.That(File.ReadAllText(Path.Combine(project.Experiments, "pole.schema.json")), Does.Contain("\"patches\"").And.Contain("Channels of the features."));
    }

    private void WriteSpec(string backbone) => project.Write("experiments/mine/first.yaml", $$"""
        description: The backbone of a researcher.
        dataset: { name: shapes, train-images: 16, evaluation-images: 4, side: 64 }
        backbone: {{backbone}}
        baseline: { epochs: 1, batch-size: 8, learning-rate: 0.01, augmentation: { name: random-long-side, from: 64, to: 64 }, crop: 64 }
        cam: { scales: [1] }
        """);
}
