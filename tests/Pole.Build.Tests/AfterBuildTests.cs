namespace Pole.Build.Tests;

/// <summary>What a build does once the specs are compiled: lock, schema, executables, and the checks that need the compiled experiments.</summary>
public sealed class AfterBuildTests
{
    private static readonly (string, string) Server = ("CI", "true");

    private OutsideProject project = null!;

    [SetUp]
    public void WriteProjects() => project = new OutsideProject();

    [TearDown]
    public void DeleteFolder() => project.Dispose();

    [Test]
    public void The_lock_shows_what_changes_and_holds_it_up_until_it_is_meant()
    {
        WriteBase(threshold: 0.2);
        WriteSpec("first", "");
        WriteSpec("second", "sweep: { seed: [1, 2] }");
        Assert.That(project.Build([]), Does.Contain("0 Warning(s)").And.Contain("0 Error(s)"));
        Assert.That(Lock(), Is.EqualTo(new[] { "mine/first", "mine/second/seed-1", "mine/second/seed-2" }));
        Assert.That(project.Executable("pole-mine-second-seed-2"), Does.Exist);

        // A base changes: the build fails with everything that it touches, again and again, and the lock stays.
        WriteBase(threshold: 0.3);
        var changed = @"experiments\.lock\(2,1\) ?: error POLE0027: this edit changes the results of 3 experiments: mine/first, mine/second/seed-1, mine/second/seed-2; if that is intended, run dotnet build -p:PoleLock=update; with <PoleLock>warn</PoleLock> in the project file such a change is a warning";
        Assert.That(project.Build([]), Does.Match(changed).And.Contain("1 Error(s)").And.Not.Contain("MSB3073"));
        Assert.That(project.Build([]), Does.Match(changed));
        Assert.That(project.Build(["-p:PoleLock=update"]), Does.Contain("0 Error(s)"));
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));

        // Where nobody reviews, it is a warning, once.
        WriteBase(threshold: 0.4);
        Assert.That(project.Build(["-p:PoleLock=warn"]), Does.Match(@"experiments\.lock\(2,1\) ?: warning POLE0027: this edit changes the results of 3 experiments: mine/first, mine/second/seed-1, mine/second/seed-2").And.Contain("0 Error(s)"));
        Assert.That(project.Build([]), Does.Contain("0 Error(s)").And.Contain("0 Warning(s)"));

        // New and deleted experiments are noted on a developer's machine, and an error on a build server.
        File.Delete(Path.Combine(project.Experiments, "mine", "first.yaml"));
        WriteSpec("third", "seed: 9");
        Assert.That(project.Build([], Server), Does.Match(@"error POLE0027: 2 experiments are missing or gone \(\+mine/third, -mine/first\): build once on your machine and commit the lock"));
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        Assert.That(Lock(), Is.EqualTo(new[] { "mine/second/seed-1", "mine/second/seed-2", "mine/third" }));
        Assert.That(project.Build([], Server), Does.Contain("0 Error(s)"));
        Assert.That(Directory.EnumerateFiles(Path.Combine(project.Experiments, "bin"), "pole-mine-first*", SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public void What_does_not_fit_together_is_an_error_at_its_line()
    {
        WriteBase(threshold: 0.2);
        WriteSpec("first", "baseline: { augmentation: { from: 100 } }");
        WriteSpec("twin", "");
        WriteSpec("other-twin", "description: Another name for the same.");

        var output = project.Build([]);

        Assert.That(output, Does.Match(@"mine/first\.yaml\(3,35\) ?: error POLE0025: 'baseline\.augmentation\.from' of mine/first: from is 100, above to, which is 64"));
        Assert.That(output, Does.Match(@"mine/twin\.yaml\(1,1\): (warning|error) POLE0026: mine/twin has the same result as mine/other-twin"));
        Assert.That(File.Exists(Path.Combine(project.Experiments, "experiments.lock")), Is.False);

        File.Delete(Path.Combine(project.Experiments, "mine", "first.yaml"));
        Assert.That(new[] { project.Build([]), project.Build([]) }, Has.All.Contains("error POLE0026").And.All.Not.Contains("POLE9003"), "a warning that the project wants as an error is one until it is mended");
        project.Write("experiments/.editorconfig", "root = true\n[*.yaml]\npole_diagnostic.POLE0026.severity = none\n");
        Assert.That(project.Build([]), Does.Contain("0 Warning(s)").And.Contain("0 Error(s)"));
    }

    [Test]
    public void A_stale_schema_is_written_anew_on_a_build_server_too()
    {
        WriteBase(threshold: 0.2);
        WriteSpec("first", "");
        project.Build([]);
        var schema = Path.Combine(project.Experiments, "pole.schema.json");
        var fresh = File.ReadAllText(schema);
        File.WriteAllText(schema, fresh.Replace("threshold", "treshold"));

        Assert.That(project.Build([], Server), Does.Contain("0 Error(s)"));
        Assert.That(File.ReadAllText(schema), Is.EqualTo(fresh));
    }

    [Test, Explicit("takes a minute; .ci/run runs it"), Category("Slow")]
    public void A_sweep_is_one_command_and_one_comparison()
    {
        WriteBase(threshold: 0.2);
        WriteSpec("thresholds", "sweep: { cam.threshold: [0.1, 0.4], seed: [1] }");
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        var store = Path.Combine(project.Folder, "store");

        var output = project.Run(project.Executable("pole"), ["sweep", "mine/thresholds", "--store", store, "--document", "found.md"]);

        // The points share their training, and the table names what differs between them.
        Assert.That(output, Does.Match(@"baseline: \d+ steps[\s\S]*baseline: stored"));
        var comparison = Path.Combine(project.Folder, "runs", "mine", "thresholds");
        Assert.That(File.ReadAllLines(Path.Combine(comparison, "comparison.csv")), Has.Length.EqualTo(3)
            .And.ItemAt(0).StartsWith("experiment,cam.threshold,seeds,CAM val mean,").And.ItemAt(1).Contains(",0.1,1,").And.ItemAt(2).Contains(",0.4,1,"));
        Assert.That(Directory.GetFiles(comparison).Select(Path.GetFileName), Is.SupersetOf(new[] { "comparison.md", "comparison.tex", "comparison.html" }));
        Assert.That(File.ReadAllText(Path.Combine(project.Folder, "found.md")), Does.Contain("<!-- pole mine/thresholds -->").And.Contain("| cam.threshold |"));
    }

    private IEnumerable<string> Lock() => File.ReadLines(Path.Combine(project.Experiments, "experiments.lock")).Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')[0]);

    private void WriteBase(double threshold) => project.Write("experiments/base/small.yaml", $$"""
        description: A base.
        dataset: { name: shapes, train-images: 16, evaluation-images: 4, side: 64 }
        backbone: { name: patches, width: 8 }
        baseline: { epochs: 1, batch-size: 8, learning-rate: 0.01, augmentation: { name: random-long-side, from: 64, to: 64 }, crop: 64 }
        cam: { scales: [1], threshold: {{threshold}} }
        """);

    private void WriteSpec(string name, string yaml) => project.Write($"experiments/mine/{name}.yaml", $"extends: ../base/small.yaml\n{(yaml.StartsWith("description", StringComparison.Ordinal) ? "" : $"description: {name}.\n")}{yaml}\n");
}
