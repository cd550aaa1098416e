namespace Pole.Build.Tests;

/// <summary>What docs/your-own-data.md shows, in a project that has no spec yet.</summary>
[Explicit("takes a minute; .ci/run runs it"), Category("Slow")]
public sealed class YourOwnDataTests
{
    private OutsideProject project = null!;

    [SetUp]
    public void WriteProjects() => project = new OutsideProject();

    [TearDown]
    public void DeleteFolder() => project.Dispose();

    [Test]
    public void The_documented_commands_lead_from_a_folder_to_a_table()
    {
        // Without a spec there is nothing to build: the first two commands are those of this repository's executable.
        var data = Directory.CreateDirectory(Path.Combine(project.Folder, "data")).FullName;
        var output = Documented().Select(line => line.Replace("DIR", data, StringComparison.Ordinal).Split(' ')).Select(words => words[0] == "dotnet" ? project.Build([]) : Pole(words[1..])).ToList();

        Assert.That(output[1], Does.Contain("labels.csv has a column of files and one of labels").And.Contain("6 classes: boat, fish, train, car, bird, flower"));
        Assert.That(output[2], Does.Contain("0 Warning(s)").And.Contain("0 Error(s)"));
        Assert.That(output[3], Does.Contain(": all files present and readable"));
        Assert.That(output[4], Does.Contain("toys/cam: CAM, threshold 0.3, no refinement").And.Contain("toys/clims: CAM").And.Contain("toys/pole: CAM").And.Contain("ground-truth name").And.Contain("flower"));
        TestContext.Out.WriteLine(output[4]);
        var page = Path.Combine(data, "page.html");
        Pole(["data", "show", "toys/pole", "--data", data, "--output", page]);
        Assert.That(File.ReadAllText(page), Does.Contain("<h2>flower</h2>").And.Contain("boat (4), ship (4), sailing boat (5), toy boat (5)").And.Contain("the CLIP reads 30. All fit.").And.Contain("Classes in one image").And.Contain("toy-01: boat, car"));
        Assert.That(Pole(["data", "init", Path.Combine(data, "toys")]), Does.Contain("toys.yaml is there already; move it away, or give the data set another name with --name"));
    }

    [Test]
    public void A_folder_that_nobody_prepared_trains_and_predicts_and_measures_nothing()
    {
        var root = Directory.CreateDirectory(Path.Combine(project.Folder, "my data", "Фото 2024")).FullName;
        var source = Path.Combine(project.Folder, "example");
        Pole(["data", "example", source]);
        var rows = new List<string> { "file;labels" };
        foreach (var (number, image) in Directory.GetFiles(Path.Combine(source, "images")).Order(StringComparer.Ordinal).Take(12).Index())
        {
            var name = $"день {number % 3}/снимок {number}.jpg";
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, name))!);
            File.Copy(image, Path.Combine(root, name));
            rows.Add($"{name};\"{(number % 2 == 0 ? "кот" : "toy car, кот")}\"");
        }

        File.WriteAllLines(Path.Combine(root, "labels.csv"), rows);

        Assert.That(Pole(["data", "init", root, "--name", "photos"]), Does.Contain("2 classes: toy car, кот"));
        Assert.That(project.Build([]), Does.Contain("0 Warning(s)").And.Contain("0 Error(s)"));
        Assert.That(Pole(["data", "check", "photos/cam", "--root", Path.GetDirectoryName(root)!]), Does.Contain("12 images of train, 0 images of val: all files present and readable"));
        Assert.That(Pole(["run", "photos/clims", "--data", Path.GetDirectoryName(root)!]), Does.Contain("photos/clims: nothing was measured, since the data set has no label maps").And.Contain("report.html"));
        Assert.That(Pole(["predict", "photos/clims", "--images", root, "--labels", "auto", "--output", Path.Combine(project.Folder, "out")]), Does.Contain("12 label maps"));
    }

    [Test]
    public void The_template_for_a_folder_of_images_begins_without_an_experiment()
    {
        using var mine = new PackagedProject("--dataset", "folder");
        Assert.That(mine.Build(), Does.Contain("0 Warning(s)"));
        var data = Path.Combine(mine.Around, "data");
        string Start(params string[] arguments) => PackagedProject.Start(mine.Executable("pole"), mine.Around, arguments);
        Assert.That(Start("list"), Does.Contain("there is no experiment yet"));

        Start("data", "example", Path.Combine(data, "toys"));
        Start("data", "init", Path.Combine(data, "toys"), "--specs", mine.Folder);
        Assert.That(mine.Build(), Does.Contain("0 Warning(s)"));

        Assert.That(Start("list", "--names").Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[] { "toys/cam", "toys/clims", "toys/pole" }));
        Assert.That(Start("run", "toys/cam", "--data", data, "--store", Path.Combine(mine.Around, "store"), "--runs", Path.Combine(mine.Around, "runs")), Does.Contain("toys/cam: CAM, threshold 0.3"));
    }

    private string Pole(string[] arguments)
    {
        var own = Directory.Exists(Path.Combine(project.Experiments, "bin"));
        var program = own ? project.Executable("pole") : Path.Combine(OutsideProject.Repository, "experiments", "bin", "Debug", "net10.0", System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, OperatingSystem.IsWindows() ? "pole.exe" : "pole");
        string[] places = arguments[0] is "run" or "predict" ? ["--store", Path.Combine(project.Folder, "store"), "--runs", Path.Combine(project.Folder, "runs")] : arguments is ["data", "check" or "show", ..] ? ["--store", Path.Combine(project.Folder, "store")] : arguments is ["data", "init", ..] ? ["--specs", project.Experiments] : [];
        return project.Run(program, [.. arguments, .. places]);
    }

    /// <summary>The lines of the page's first block of commands.</summary>
    private static IEnumerable<string> Documented() => File.ReadLines(Path.Combine(OutsideProject.Repository, "docs", "your-own-data.md")).SkipWhile(line => line != "```").Skip(1).TakeWhile(line => line != "```");
}
