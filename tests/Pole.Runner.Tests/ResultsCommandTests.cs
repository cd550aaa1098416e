namespace Pole.Runner.Tests;

/// <summary>What a run leaves, where people look for it.</summary>
[Parallelizable]
public sealed class ResultsCommandTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-results-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_paths_of_everything_that_a_run_leaves_are_printed()
    {
        var results = PoleProcess.Run("pole", "results", SmokeRun.Folder, "--store", SmokeRun.Store);

        Assert.That(results.ExitCode, Is.Zero, results.Error);
        var paths = results.Output.Split('\n').Where(line => line.Contains(SmokeRun.Root, StringComparison.Ordinal)).Select(line => line.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(cells => cells[0], cells => cells[^1]);
        Assert.That(paths.Keys, Is.SupersetOf(new[] { "report.html", "result.json", "spec.yaml", "outputs/names.csv", "networks/baseline.safetensors", "networks/clims.safetensors", "networks/segmentation.safetensors", "pseudo-masks", "predictions" }));
        Assert.That(paths.Values, Has.All.Matches<string>(Path.Exists));
    }

    [Test]
    public void What_is_no_longer_in_the_store_is_named()
    {
        var results = PoleProcess.Run("pole", "results", SmokeRun.Folder, "--store", folder);

        Assert.That(results.ExitCode, Is.Zero, results.Error);
        Assert.That(results.Output, Does.Contain($"not in the store {folder}: pseudo-masks, predictions; give the store of the run with --store, or run {SmokeRun.Name} again"));
    }

    [Test]
    public void A_folder_with_other_files_is_left_alone()
    {
        File.WriteAllText(Path.Combine(folder, "report.html"), "mine");
        var results = PoleProcess.Run("pole", "results", SmokeRun.Folder, "--store", SmokeRun.Store, "--output", folder);

        Assert.That((results.ExitCode, results.Error.Trim()), Is.EqualTo((1, $"error: {folder} has other files: give an empty folder with --output, or one that this run's results were copied to")));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));
    }

    [Test]
    public void They_are_copied_into_a_folder_on_request()
    {
        _ = SmokeRun.Folder;
        var results = PoleProcess.Run("pole", "results", SmokeRun.Name, "--runs", SmokeRun.Runs, "--store", SmokeRun.Store, "--output", folder);

        Assert.That(results.ExitCode, Is.Zero, results.Error);
        Assert.That(PoleProcess.Run("pole", "results", SmokeRun.Name, "--runs", SmokeRun.Runs, "--store", SmokeRun.Store, "--output", folder).ExitCode, Is.Zero, "again is no fault");
        Assert.That(Directory.GetFiles(Path.Combine(folder, "pseudo-masks"), "*.png"), Has.Length.EqualTo(24));
        Assert.That(Directory.GetFiles(Path.Combine(folder, "predictions"), "*.png"), Has.Length.EqualTo(8));
        Assert.That(Directory.GetFiles(Path.Combine(folder, "networks")).Select(Path.GetFileName), Is.SupersetOf(new[] { "baseline.safetensors", "clims.safetensors", "segmentation.safetensors" }));
        Assert.That(File.ReadAllBytes(Path.Combine(folder, "result.json")), Is.EqualTo(File.ReadAllBytes(Path.Combine(SmokeRun.Folder, "result.json"))));
    }
}
