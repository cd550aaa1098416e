using System.Text.Json;

namespace Pole.Build.Tests;

/// <summary>A selection rule of a researcher's own project: the example of docs/adding-a-module.md, as it stands there.</summary>
[Explicit("takes a minute; EveryKindTests runs the same rule among others")]
public sealed class OutsideSelectionTests
{
    private OutsideProject project = null!;
    private string faults = "";

    [OneTimeSetUp]
    public void BuildProject()
    {
        project = new OutsideProject();
        project.Write("modules/ClearWinner.cs", OutsideProject.Documented("A selection rule of your own"));
        project.CopySpecs("base/shapes-cam.yaml", "base/shapes-clims.yaml", "corpora/shapes.yaml");
        WriteSpec("plain");
        WriteSpec("never", selection: ", selection: { name: clear-winner, margin: 1 }");
        WriteSpec("always", selection: ", selection: { name: clear-winner, margin: 2 }");
        faults = project.Build([]);
        WriteSpec("always", selection: ", selection: { name: clear-winner, margin: 0 }");
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        Result("plain");
    }

    [OneTimeTearDown]
    public void DeleteFolder() => project.Dispose();

    [Test]
    public void Options_of_a_selection_rule_are_checked_and_it_decides_the_names_and_what_is_trained_from_them()
    {
        Assert.That(faults, Does.Match(@"mine/always\.yaml\(8,65\): error POLE0004: 'prompt\.selection\.margin' is 2; it can be 0 to 1"));
        var (plain, never, always) = (Result("plain"), Result("never"), Result("always"));

        Assert.That(plain.GroundTruth, Is.LessThan(1));
        Assert.That(never.GroundTruth, Is.EqualTo(1), "no score leads by all");
        Assert.That(never.Clims, Is.Not.EqualTo(plain.Clims));
        Assert.That(never.Features, Is.EqualTo(plain.Features), "the scores are shared");
        Assert.That(project.Run(project.Executable("pole"), ["diff", "mine/plain", "mine/never"]), Does.Contain("to compute again: selection, clims, evaluation"));
        Assert.That(always.GroundTruth, Is.EqualTo(plain.GroundTruth), "the best name is selected, as by the default");
    }

    private (double GroundTruth, string Features, string Clims) Result(string name)
    {
        var runs = Path.Combine(project.Folder, "runs", name);
        var output = project.Run(project.Executable("pole"), ["run", $"mine/{name}", "--quiet", "--store", Path.Combine(project.Folder, "store"), "--runs", runs]);
        var result = JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(runs, "result.json", SearchOption.AllDirectories).FirstOrDefault() ?? throw new AssertionException(output))).RootElement;
        string KeyOf(string stage) => result.GetProperty("stages").EnumerateArray().Single(entry => entry.GetProperty("stage").GetString() == stage).GetProperty("key").GetString()!;
        return (result.GetProperty("ground-truth-name-chosen").GetDouble(), KeyOf("masked-features"), KeyOf("clims"));
    }

    private void WriteSpec(string name, string selection = "") => project.Write($"experiments/mine/{name}.yaml", $$"""
        extends: ../base/shapes-clims.yaml
        description: A module of its own.
        dataset: { name: shapes, train-images: 24, evaluation-images: 8, side: 64 }
        backbone: { width: 8 }
        baseline: { epochs: 12, batch-size: 8, augmentation: { from: 56, to: 72 }, crop: 64 }
        cam: { scales: [1, 0.5] }
        clip: { image-resolution: 32, vision-width: 8, text-width: 32, embedding-size: 32, captions: 64, steps: 12, batch-size: 16 }
        prompt: { synonyms: 3{{selection}} }
        clims: { epochs: 4, batch-size: 8, augmentation: { from: 56, to: 72 }, crop: 64 }
        """);
}
