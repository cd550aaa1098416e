using System.Text.Json;

namespace Pole.Runner.Tests;

/// <summary><c>pole judge</c>.</summary>
public sealed class JudgeCommandTests
{
    private string folder = "";

    [OneTimeSetUp]
    public void RunOnce() => _ = SmokeRun.Folder;

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-judge-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_judge_that_lacks_something_says_what_and_a_check_of_it_fails()
    {
        var page = Path.Combine(folder, "judge.html");
        var run = PoleProcess.Run("pole", "judge", "shapes/smoke", "--images", "4", "--store", SmokeRun.Store, "--output", page, "--check");

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Contain("Scenery with holes is read as a background").And.Contain("true mask").And.Contain("map after training").And.Contain("name as at the true mask %").And.Contain("lacks"));
        Assert.That(File.ReadAllText(page), Does.Contain("<h2>What a judge needs</h2>").And.Contain("map of the baseline"));
    }

    [Test]
    public void JSON_has_every_criterion_with_its_bound()
    {
        var run = PoleProcess.Run("pole", "judge", "shapes/smoke", "--images", "4", "--store", SmokeRun.Store, "--json");
        using var report = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]);

        Assert.That(run.ExitCode, Is.Zero, "nothing is checked");
        Assert.That(report.RootElement.GetProperty("criteria").EnumerateArray().Select(criterion => criterion.GetProperty("bound").GetDouble()).Where((_, index) => index != 4), Is.EqualTo(new[] { 0.9, 0.9, 0.85, 0.95, 0.8 }));
        Assert.That(report.RootElement.GetProperty("candidates").EnumerateArray().First().GetProperty("name").GetString(), Is.EqualTo("true mask"));
    }

    [Test]
    public void An_experiment_without_a_judge_and_no_images_are_errors()
    {
        var (without, none) = (PoleProcess.Run("pole", "judge", "shapes/cam", "--store", folder), PoleProcess.Run("pole", "judge", "shapes/smoke", "--images", "0"));

        Assert.That((without.ExitCode, without.Error), Is.EqualTo((1, "error: shapes/cam has no clip and no prompt: nothing judges there")));
        Assert.That(none.ExitCode, Is.EqualTo(2));
        Assert.That(none.Error, Does.Contain("--images must be at least 1"));
    }
}
