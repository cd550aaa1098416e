namespace Pole.Pipeline.Tests;

/// <summary>Folders as people keep them, with links.</summary>
[Platform(Exclude = "Win", Reason = "links need a right there")]
public sealed class FileTreeTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-tree-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Links_to_files_and_folders_elsewhere_are_followed()
    {
        Write("disk/a.png");
        Write("disk/b.png");
        Link("data/cats", "disk");
        File.CreateSymbolicLink(Path.Combine(folder, "data", "c.png"), Path.Combine(folder, "disk", "a.png"));

        Assert.That(FileTree.Files(Path.Combine(folder, "data")), Is.EquivalentTo(new[] { "cats/a.png", "cats/b.png", "c.png" }));
    }

    [Test]
    public void Links_that_lead_around_are_not()
    {
        Write("data/a/x.png");
        Write("data/b/y.png");
        // Forty levels of two links each would be 2⁴⁰ files.
        foreach (var name in new[] { "data/self", "data/a/up", "data/b/up" }) Link(name, "data");

        Assert.That(FileTree.Files(Path.Combine(folder, "data")), Is.EquivalentTo(new[] { "a/x.png", "b/y.png" }));
    }

    [Test]
    public void Two_folders_that_link_to_each_other_end()
    {
        Write("a/x");
        Write("b/y");
        Link("a/other", "b");
        Link("b/other", "a");

        Assert.That(FileTree.Files(Path.Combine(folder, "a")), Is.EquivalentTo(new[] { "x", "other/y" }));
    }

    private void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
        File.WriteAllText(Path.Combine(folder, path), "");
    }

    private void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
        Directory.CreateSymbolicLink(Path.Combine(folder, path), Path.Combine(folder, target));
    }
}
