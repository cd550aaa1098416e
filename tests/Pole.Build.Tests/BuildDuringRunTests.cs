using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Pole.Build.Tests;

/// <summary>While a run goes on, its researcher writes the next ablation and builds it.</summary>
public sealed class BuildDuringRunTests
{
    private const int Stop = 19, Continue = 18;

    private OutsideProject project = null!;

    [SetUp]
    public void WriteProjects()
    {
        project = new OutsideProject();
        project.CopySpecs("base/shapes-cam.yaml", "base/shapes-clims.yaml", "corpora/shapes.yaml");
    }

    [TearDown]
    public void DeleteFolder() => project.Dispose();

    [Test, Explicit("takes a minute; .ci/run runs it"), Category("Slow")]
    public void Three_builds_during_a_run_change_nothing_of_it()
    {
        WriteSpec("first", epochs: 6);
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        var expected = ResultsOfUndisturbedRun();

        using var run = StartRun("store");
        WaitForTraining(run);
        // Whatever the run has not read or loaded by now, it reads and loads after the builds.
        if (!OperatingSystem.IsWindows()) Assert.That(Kill(run.Id, Stop), Is.Zero);
        BuildThreeTimes("-p:BuildProjectReferences=false");
        if (!OperatingSystem.IsWindows()) Assert.That(Kill(run.Id, Continue), Is.Zero);
        EndRun(run);

        Assert.That(Results("store"), Is.EqualTo(expected));
        Assert.That(project.Run(project.Executable("pole"), ["list", "--names"]).Trim().Split('\n'), Is.EqualTo(new[] { "mine/first", "mine/second" }), "the next start is of the last build");
        project.Run(project.Executable("pole"), ["run", "mine/second", "--store", Path.Combine(project.Folder, "store"), "--runs", "other-runs"]);
        Assert.That(BuildOf("other-runs"), Is.Not.EqualTo(BuildOf("runs")));
    }

    [Test, Explicit("takes minutes; for whoever changes what a build writes")]
    public void Three_builds_beside_a_run_of_a_minute_change_nothing_of_it()
    {
        WriteSpec("first", epochs: 250);
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        var expected = ResultsOfUndisturbedRun();

        var elapsed = Stopwatch.StartNew();
        using var run = StartRun("store");
        WaitForTraining(run);
        BuildThreeTimes();
        Assert.That(run.HasExited, Is.False, "the builds were to end before the run");
        EndRun(run);
        TestContext.Out.WriteLine($"the run took {elapsed.Elapsed.TotalSeconds:f0} s");

        Assert.That(elapsed.Elapsed, Is.GreaterThan(TimeSpan.FromMinutes(1)));
        Assert.That(Results("store"), Is.EqualTo(expected));
    }

    [Test]
    public void A_build_that_fails_its_checks_leaves_the_executables_with_the_build_before()
    {
        WriteSpec("first", epochs: 6);
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        WriteSpec("first", epochs: 7);

        Assert.That(project.Build([]), Does.Contain("error POLE0027"));
        Assert.That(project.Run(project.Executable("pole"), ["show", "mine/first"]), Does.Contain("epochs: 6").And.Not.Contain("epochs: 7"));

        Assert.That(project.Build(["-p:PoleLock=update"]), Does.Contain("0 Error(s)"));
        Assert.That(project.Run(project.Executable("pole"), ["show", "mine/first"]), Does.Contain("epochs: 7"));
    }

    [Test, Platform("Linux")]
    public void Native_libraries_are_links_and_nothing_else_is()
    {
        WriteSpec("first", epochs: 6);
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));

        var output = Path.GetDirectoryName(project.Executable("pole"))!;
        foreach (var folder in new[] { output, project.Builds().Single(), Path.Combine(project.Folder, "modules", "obj") })
        {
            var links = project.Run("find", [folder, "-type", "f", "-links", "+1", "-printf", "%f\n"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.That(links, Has.All.Match(@"\.so(\.\d+)?$"), folder);
            if (!folder.EndsWith("obj", StringComparison.Ordinal)) Assert.That(links, Does.Contain("libtorch_cpu.so"), folder);
        }
    }

    private void WriteSpec(string name, int epochs) => project.Write($"experiments/mine/{name}.yaml", $$"""
        extends: ../base/shapes-clims.yaml
        description: {{name}}.
        dataset: { name: shapes, train-images: 24, evaluation-images: 8, side: 64 }
        backbone: { name: patches, width: 8 }
        baseline: { epochs: {{epochs}}, batch-size: 8, augmentation: { from: 56, to: 72 }, crop: 64 }
        cam: { scales: [1, 0.5] }
        clip: { image-resolution: 32, vision-width: 8, text-width: 32, embedding-size: 32, captions: 64, steps: 12, batch-size: 16 }
        clims: { epochs: {{epochs}}, batch-size: 8, augmentation: { from: 56, to: 72 }, crop: 64 }
        """);

    /// <summary>With a spec more, with other C#, and with everything compiled again.</summary>
    /// <param name="again">Options of the last; tests of other projects use what it compiles of the repository.</param>
    private void BuildThreeTimes(params string[] again)
    {
        WriteSpec("second", epochs: 2);
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        var module = Path.Combine(project.Folder, "modules", "Patches.cs");
        File.WriteAllText(module, File.ReadAllText(module).Replace("relu_()", "sigmoid()"));
        Assert.That(project.Build([]), Does.Contain("0 Error(s)"));
        Assert.That(project.Build(["--no-incremental", .. again]), Does.Contain("0 Error(s)"));
    }

    private Dictionary<string, string> ResultsOfUndisturbedRun()
    {
        using (var run = StartRun("undisturbed")) EndRun(run);
        return Results("undisturbed");
    }

    private Process StartRun(string store) => ToolProcess.Start(project.Executable("pole"), project.Folder, ["run", "mine/first", "--threads", "1", "--store", Path.Combine(project.Folder, store)]);

    private static void WaitForTraining(Process run)
    {
        while (run.StandardOutput.ReadLine() is { } line)
            if (line.Contains("baseline:", StringComparison.Ordinal)) return;
        Assert.Fail($"the run ended without a training: {run.StandardError.ReadToEnd()}");
    }

    private static void EndRun(Process run)
    {
        var error = run.StandardError.ReadToEndAsync();
        var output = run.StandardOutput.ReadToEnd();
        run.WaitForExit();
        Assert.That(run.ExitCode, Is.Zero, output + error.Result);
    }

    /// <summary>The content of every file of every stage.</summary>
    private Dictionary<string, string> Results(string store)
    {
        var stages = Path.Combine(project.Folder, store, "stages");
        var results = Directory.EnumerateFiles(stages, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(stages, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
        Assert.That(results.Keys, Has.Some.Contain("baseline").And.Some.Contain("clims").And.Some.Contain("evaluation"));
        return results;
    }

    /// <summary>Of the last run into a folder.</summary>
    private string BuildOf(string runs)
    {
        using var environment = JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(Path.Combine(project.Folder, runs), "environment.json", SearchOption.AllDirectories).Max()!));
        return environment.RootElement.GetProperty("build").GetString()!;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
