using System.Text.Json;

namespace Pole.Build.Tests;

/// <summary>What is a spec is decided by where a file stands, never by what a run left.</summary>
[Explicit("takes a minute; .ci/run runs it"), Category("Slow")]
public sealed class SpecPlacesTests
{
    private OutsideProject project = null!;

    [SetUp]
    public void WriteProjects() => project = new OutsideProject();

    [TearDown]
    public void DeleteFolder() => project.Dispose();

    [Test]
    public void What_runs_and_launches_left_in_the_project_is_left_alone_when_an_option_gets_another_name()
    {
        WriteSpec("first", "width: 8");
        WriteSpec("widths", "width: 8", "sweep: { backbone.width: [4, 16] }");
        project.Write("experiments/machines/cluster.yaml", "kubernetes: { image: \"registry/pole:1\", claim: work, mount: /work }\n");
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        var (first, pole) = (project.Executable("pole-mine-first"), project.Executable("pole"));
        var mine = Path.Combine(project.Experiments, "mine");

        // In the usual place, below the folder of specs, and in a folder of another name.
        foreach (var (folder, options) in new (string, string[])[] { (project.Experiments, []), (mine, []), (project.Experiments, ["--runs", "results"]), (project.Experiments, ["--runs", "."]) })
            Assert.That(project.RunIn(folder, first, ["--store", Path.Combine(project.Experiments, "store"), .. options]), Does.Contain("mine/first: CAM, threshold 0.15, no refinement"));
        Assert.That(project.RunIn(project.Experiments, pole, ["sweep", "mine/widths", "--launcher", "kubernetes", "--machine", "machines/cluster.yaml", "--dry-run", "--runs", "launched", "--store", "store"]), Does.Contain("launched"));
        Assert.That(Directory.GetFiles(project.Experiments, "spec.yaml", SearchOption.AllDirectories), Has.Length.EqualTo(4));
        Assert.That(Directory.GetFiles(Path.Combine(project.Experiments, "launched"), "points.yaml", SearchOption.AllDirectories), Has.Length.EqualTo(1));

        var module = Path.Combine(project.Folder, "modules", "Patches.cs");
        File.WriteAllText(module, File.ReadAllText(module).Replace("Width", "Channels"));
        WriteSpec("first", "channels: 8");
        WriteSpec("widths", "channels: 8", "sweep: { backbone.channels: [4, 16] }");

        Assert.That(project.Build(["-p:PoleLock=update"]), Does.Contain("0 Warning(s)").And.Contain("0 Error(s)"));
        Assert.That(project.Run(pole, ["list", "--names"]).Trim().Split('\n'), Is.EqualTo(new[] { "mine/first", "mine/widths/channels-16", "mine/widths/channels-4" }));
        Assert.That(File.ReadLines(Path.Combine(project.Experiments, "experiments.lock")).Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')[0]), Is.EqualTo(new[] { "mine/first", "mine/widths/channels-16", "mine/widths/channels-4" }));
    }

    [Test]
    public void The_build_and_the_formatter_take_the_same_files_for_specs()
    {
        string[] specs = ["base/a.yaml", "base/runs/b.yaml", "first.yaml", "mine/deep/er/a.yaml", "mine/runs/a.yaml", "with bin/a.yaml"];
        string[] others =
        [
            ".github/workflows/ci.yaml", "mine/._a.yaml", "mine/.hidden/a.yaml", "bin/a.yaml", "obj/a.yaml", "runs/mine/first/0/spec.yaml", "machines/cluster.yaml", "marked/a.yaml", "marked/be low/a.yaml",
            "base/o;dd $(x) [1] 50%41/a.yaml", "a.yml", "a.yaml.orig",
        ];
        WriteSpec("built", "width: 8");
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        File.Delete(Path.Combine(project.Experiments, "mine", "built.yaml"));
        foreach (var path in specs.Concat(others)) project.Write($"experiments/{path}", "description:   x   \n");
        foreach (var marked in new[] { "marked", "base/o;dd $(x) [1] 50%41" }) project.Write($"experiments/{marked}/.pole-no-specs", "");
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(Path.Combine(project.Experiments, "mine", ".#a.yaml"), "someone@host.1");
            // Links that lead around, and one to a spec that a base is found from by where the link stands.
            foreach (var name in new[] { "around", "again" }) Directory.CreateSymbolicLink(Path.Combine(project.Experiments, "mine", name), project.Experiments);
        }

        using var items = JsonDocument.Parse(project.Run("dotnet", ["msbuild", project.Experiments, "-getItem:PoleExperiment", "-getItem:PoleBase"]));
        var built = items.RootElement.GetProperty("Items").EnumerateObject().SelectMany(kind => kind.Value.EnumerateArray()).Select(item => item.GetProperty("Identity").GetString()!.Replace('\\', '/'));

        Assert.That(built.Order(StringComparer.Ordinal), Is.EqualTo(specs));
        Assert.That(project.Run(project.Executable("pole"), ["fmt", "--check"]).Trim().Split('\n'), Is.EqualTo(specs));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "no such names there")]
    public void A_control_character_in_the_name_of_a_file_is_an_error_at_the_file()
    {
        WriteSpec("first", "width: 8");
        project.Write("experiments/mine/two\nlines.yaml", "description: x\n");

        Assert.That(project.Build([]), Does.Contain("mine/two?lines.yaml : error POLE0033: the name has a control character").And.Contain("1 Error(s)"));
    }

    private void WriteSpec(string name, string width, string more = "") => project.Write($"experiments/mine/{name}.yaml", $$"""
        description: {{name}}.
        dataset: { name: shapes, train-images: 16, evaluation-images: 4, side: 64 }
        backbone: { name: patches, {{width}} }
        baseline: { epochs: 1, batch-size: 8, learning-rate: 0.01, augmentation: { name: random-long-side, from: 64, to: 64 }, crop: 64 }
        cam: { scales: [1] }
        {{more}}
        """);
}
