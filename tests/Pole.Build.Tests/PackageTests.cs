using System.Diagnostics;
using System.Text.Json;

namespace Pole.Build.Tests;

/// <summary>A researcher who has the packages and no clone of this repository.</summary>
public sealed class PackageTests
{
    private PackagedProject project = null!;

    [SetUp]
    public void MakeProject() => project = new PackagedProject();

    [TearDown]
    public void DeleteFolders() => project.Dispose();

    [Test]
    public void The_template_and_the_package_make_a_project_with_a_module_and_a_spec_of_its_own()
    {
        var mine = project.Folder;
        project.Write("Patches.cs", OutsideProject.Documented("A backbone of your own"));
        project.Write("shapes/mine.yaml", """
            description: My own backbone.
            dataset: { name: shapes, train-images: 16, evaluation-images: 4, side: 64 }
            backbone: { name: patches, width: 12 }
            baseline: { epochs: 1, batch-size: 8, learning-rate: 0.01, augmentation: { name: random-long-side, from: 64, to: 64 }, crop: 64 }
            cam: { scales: [1] }
            """);
        project.Build();
        var executable = project.Executable("pole-shapes-mine");

        Assert.That(PackagedProject.Start(executable, project.Around, "--store", Path.Combine(project.Around, "store")), Does.Contain("shapes/mine: CAM, threshold 0.15, no refinement"));
        Assert.That(AddressOfPlayground(Directory.EnumerateFiles(Path.GetDirectoryName(executable)!, "Pole.Playground.dll", SearchOption.AllDirectories).First(path => path.Contains("builds"))), Does.StartWith("http://127.0.0.1:"));
        // The project is the current folder of its runs, as in the docs: the next build takes nothing of them for a spec, and git nothing for a change.
        for (var run = 0; run < 2; run++) PackagedProject.Start(executable, mine, "--store", Path.Combine(mine, "store"));
        project.Build("--no-incremental");
        Assert.That(PackagedProject.Start("git", mine, "init", "-q") + PackagedProject.Start("git", mine, "status", "--short", "--untracked-files=all"), Does.Not.Contain("runs/").And.Not.Contain("store/"));
        Assert.That(File.ReadAllText(Path.Combine(mine, "pole.schema.json")), Does.Contain("\"patches\"").And.Contain("Channels of the features."));
        Assert.That(File.ReadLines(Path.Combine(mine, "experiments.lock")).Select(line => line.Split(' ')[0]), Is.SupersetOf(new[] { "shapes/cam", "shapes/clims", "shapes/mine", "shapes/pole" }).And.None.StartsWith("runs/"));
    }

    /// <summary>The page of a served pole try, as pole starts it.</summary>
    private static string? AddressOfPlayground(string assembly)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly, "0"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        process.StandardInput.WriteLine("{}");
        var answer = process.StandardOutput.ReadLineAsync();
        var answered = answer.Wait(TimeSpan.FromMinutes(1));
        process.Kill();
        Assert.That(answered, "it says nothing");
        return answer.Result is { } line && JsonDocument.Parse(line).RootElement.TryGetProperty("address", out var address) ? address.GetString() : answer.Result;
    }
}
