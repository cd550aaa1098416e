namespace Pole.Runner.Tests;

/// <summary>Listing, explaining and deleting stored results.</summary>
[Parallelizable]
public sealed class CacheTests
{
    private string store = "";

    [SetUp]
    public void CopyStore()
    {
        _ = SmokeRun.Folder;
        store = Directory.CreateTempSubdirectory("pole-cache-").FullName;
        foreach (var file in Directory.GetFiles(SmokeRun.Store, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(store, Path.GetRelativePath(SmokeRun.Store, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [TearDown]
    public void DeleteStore() => Directory.Delete(store, recursive: true);

    [Test]
    public void List_shows_every_result_with_its_size()
    {
        var run = PoleProcess.Run("pole", "cache", "list", "--store", store);

        Assert.That(run.Output, Does.Match(@"clims +[0-9a-f]{16} +[\d.]+ MB").And.Match(@"12 results, [\d.]+ MB in "));
    }

    [Test]
    public void List_says_which_experiments_have_a_result_by_the_runs()
    {
        var run = PoleProcess.Run("pole", "cache", "list", "--store", store, "--runs", SmokeRun.Runs);

        Assert.That(run.Output, Does.Match($@"clims +[0-9a-f]{{16}} +[^\n]*{SmokeRun.Name}"));
    }

    [Test]
    public void Explain_says_where_each_stage_of_a_stored_experiment_is()
    {
        var run = PoleProcess.Run("pole", "cache", "explain", SmokeRun.Name, "--store", store);

        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Output, Does.Match($@"clims: stored in {store}/stages/clims/[0-9a-f]{{16}}").And.EndWith("everything is stored"));
    }

    [Test]
    public void Explain_says_in_what_the_first_missing_stage_differs_and_what_follows_from_it()
    {
        var run = PoleProcess.Run("pole", "cache", "explain", "shapes/cam", "--store", store);

        Assert.That(run.Output, Does.Match("baseline: to compute, key [0-9a-f]{16}").And.Contain("dataset.train-images: 24 → 480").And.Contain("backbone.width: 8 → 16").And.Contain("data train.images: 456 added (shapes_000024, shapes_000025, shapes_000026, …), 24 changed").And.Match("evaluation: to compute, key [0-9a-f]{16}, since it builds on what is to compute$"));
        Assert.That(Directory.GetDirectories(Path.Combine(store, "stages", "baseline"), "*", SearchOption.TopDirectoryOnly), Has.Length.EqualTo(1), "it computes nothing");
    }

    [Test]
    public void Prune_by_age_deletes_what_was_not_used_and_keeps_the_rest()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(store, "stages", "selection"), "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-40));
        Assert.That(PoleProcess.Run("pole", "cache", "prune", "--max-age", "30d", "--dry-run", "--store", store).Output, Does.Contain("1 results").And.Contain("would be deleted"));
        Assert.That(Results(), Has.Length.EqualTo(12));

        PoleProcess.Run("pole", "cache", "prune", "--max-age", "30d", "--store", store);

        Assert.That(Results(), Has.Length.EqualTo(11).And.None.Contains("selection"));
    }

    [Test]
    public void A_result_that_a_run_used_again_is_not_old()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(store, "stages"), "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-40));
        PoleProcess.Run("pole", "run", SmokeRun.Name, "--store", store, "--quiet");

        Assert.That(PoleProcess.Run("pole", "cache", "prune", "--max-age", "30d", "--store", store).Output, Does.StartWith("0 results"));
    }

    [Test]
    public void Prune_by_size_deletes_the_least_recently_used_first()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(store, "stages", "affinity"), "stage.json", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));
        var bytes = Results().Sum(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length));

        PoleProcess.Run("pole", "cache", "prune", "--max-size", $"{(bytes - 1000) / 1000}kB", "--store", store);

        Assert.That(Results(), Has.Length.EqualTo(11).And.None.Contains("affinity"));
        Assert.That(PoleProcess.Run("pole", "run", SmokeRun.Name, "--store", store).Output, Does.Match("affinity: 6 steps").And.Contain("clims: stored"), "what was deleted is made again");
    }

    [Test]
    public void What_a_killed_run_left_is_listed_and_can_be_deleted()
    {
        var left = Directory.CreateDirectory(Path.Combine(store, "stages", "clims", "0123456789abcdef.checkpoint", "step-3")).FullName;
        File.WriteAllText(Path.Combine(left, "weights.safetensors"), "");
        File.SetLastWriteTimeUtc(Path.Combine(left, "weights.safetensors"), DateTime.UtcNow.AddDays(-40));

        Assert.That(PoleProcess.Run("pole", "cache", "list", "--store", store).Output, Does.Contain("unfinished"));
        PoleProcess.Run("pole", "cache", "prune", "--max-age", "30d", "--store", store);
        Assert.That(Results(), Has.Length.EqualTo(12));
    }

    [TestCase("--max-age", "30")]
    [TestCase("--max-size", "many")]
    public void A_limit_that_is_none_is_a_wrong_command_line(string option, string value) => Assert.That(PoleProcess.Run("pole", "cache", "prune", option, value, "--store", store).ExitCode, Is.EqualTo(2));

    private string[] Results() => [.. Directory.GetDirectories(Path.Combine(store, "stages")).SelectMany(Directory.GetDirectories)];
}
