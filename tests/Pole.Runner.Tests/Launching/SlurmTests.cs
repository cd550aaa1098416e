using System.Diagnostics;
using System.Text.Json;

namespace Pole.Runner.Tests.Launching;

/// <summary>Sweeps on a real SLURM; skipped with the reason where none can be started.</summary>
[Explicit("takes a minute; .ci/run runs it"), Category("Slow")]
public sealed class SlurmTests
{
    private const string Sweep = "shapes/smoke-names";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private SlurmCluster? cluster;
    private string folder = "";

    [OneTimeSetUp]
    public void StartCluster()
    {
        (cluster, var reason) = SlurmCluster.Start();
        if (cluster is null) Assert.Ignore($"no SLURM can be started here: {reason}");
    }

    [OneTimeTearDown]
    public void EndCluster() => cluster?.Dispose();

    [SetUp]
    public void CreateFolder()
    {
        // A blank, the mark of a comment, SLURM's own pattern and both quotation marks: none of them means anything in a path.
        folder = Directory.CreateTempSubdirectory("pole slurm #1 100%j 'a' \"b\" ").FullName;
        File.WriteAllText(Profile, "parallel: 2\nrequeues: 3\nresources: { cpus: 1, memory: 1500M, time: 0:20:00, device: cpu }\nstages:\n  evaluation: { time: 0:05:00 }\n");
    }

    [TearDown]
    public void DeleteFolder()
    {
        SlurmCluster.Command("scancel", "--user", Environment.UserName);
        Wait(() => SlurmCluster.Command("squeue", "--noheader").Trim().Length == 0, "the queue to become empty");
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void A_failed_point_does_not_lose_the_others_and_another_launch_does_only_what_is_missing()
    {
        var launch = Launch(Sweep);
        // Tasks of CLIMS wait for those before them: there is time to spoil the place of one point's result.
        var spoiled = Tasks(launch, "clims").Single(task => task.Name == $"{Sweep}/synonyms-4-seed-1");
        var obstacle = Directory.CreateDirectory(Path.Combine(Store, "stages", "clims", $"{spoiled.Key}.lock")).FullName;
        Wait(() => Status(Sweep).Contains("24 done, 4 failed", StringComparison.Ordinal) || Status(Sweep).Contains("25 done, 3 failed", StringComparison.Ordinal), "the sweep to end");

        Assert.That(Status(Sweep), Does.Match($@"clims +{Sweep}/synonyms-4-seed-1 +failed .*the result of stage 'clims' cannot be written").And.Match($@"points +{Sweep}/synonyms-4-seed-1 +failed .*the result of stage 'clims' is not stored"));
        Assert.That(Directory.GetFiles(Runs, "result.json", SearchOption.AllDirectories), Has.Length.EqualTo(5));
        Assert.That(File.Exists(Path.Combine(Runs, Sweep, "comparison.html")));

        Directory.Delete(obstacle);
        var second = Launch(Sweep);
        Assert.That(new[] { "clip", "baseline", "selection", "clims", "evaluation", "points" }.Select(step => Tasks(second, step).Count), Is.EqualTo(new[] { 0, 0, 0, 1, 1, 6 }));
        Wait(() => Status(Sweep).Contains("\n9 done", StringComparison.Ordinal), "the second launch to end");
        Assert.That(File.ReadLines(Path.Combine(Runs, Sweep, "comparison.csv")).Count(), Is.EqualTo(4), "a heading, and a row for 1, 2 and 4 names over both seeds");
    }

    /// <param name="byItself">The signal before the time limit, after which a task goes back by itself; else SLURM takes the task off its node, as for a preemption.</param>
    [TestCase(true)]
    [TestCase(false)]
    public void A_task_that_goes_back_into_the_queue_goes_on_from_its_checkpoint(bool byItself)
    {
        const string trainings = "shapes/paper/losses";
        var launch = Launch(trainings);
        var (job, log) = KeepFirstBaseline(launch);
        Wait(() => File.Exists(log) && File.ReadAllText(log).Contains("baseline: ", StringComparison.Ordinal), "the training to report");
        if (byItself) SlurmCluster.Command("scancel", "--signal=USR1", "--batch", $"{job}_0");
        else SlurmCluster.Command("scontrol", "requeue", $"{job}_0");
        Wait(() => File.ReadAllText(log).Contains("resuming after ", StringComparison.Ordinal), "the training to be back in the queue and to go on");

        Assert.That(File.ReadAllText(log), Does.Match(@"baseline: \d+/\d+ steps[^$]*stopped: finished stages and a checkpoint of the training are kept[^$]*baseline: resuming after [1-9]\d* of \d+ steps"));
        Assert.That(Status(trainings), Does.Match($@"baseline +{trainings}/\S+ +running +2 "));
    }

    private string Profile => Path.Combine(folder, "machine.yaml");

    private string Store => Path.Combine(folder, "store");

    private string Runs => Path.Combine(folder, "runs");

    /// <returns>The launch's folder.</returns>
    private string Launch(string sweep)
    {
        var run = PoleProcess.Run("pole", "sweep", sweep, "--launcher", "slurm", "--machine", Profile, "--store", Store, "--runs", Runs);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run.Output.Split('\n')[^1];
    }

    /// <summary>Cancels all but one training of a launch.</summary>
    private static (string Job, string Log) KeepFirstBaseline(string launch)
    {
        var jobs = JsonDocument.Parse(File.ReadAllText(Path.Combine(launch, "jobs.json"))).RootElement.EnumerateObject().ToDictionary(step => step.Name, step => step.Value[0].GetString()!);
        var job = jobs["baseline"];
        SlurmCluster.Command("scancel", [.. jobs.Values.Where(other => other != job), $"{job}_[1-9]"]);
        return (job, Path.Combine(launch, "logs", $"baseline-{job}-0.log"));
    }

    private string Status(string sweep) => PoleProcess.Run("pole", "sweep", "status", sweep, "--runs", Runs).Output;

    private static List<(string Name, string? Key)> Tasks(string launch, string step) =>
        [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(launch, "plan.json"))).RootElement.GetProperty("steps").EnumerateArray().Where(entry => entry.GetProperty("name").GetString() == step)
            .SelectMany(entry => entry.GetProperty("tasks").EnumerateArray()).Select(task => (task.GetProperty("name").GetString()!, task.GetProperty("key").GetString()))];

    private void Wait(Func<bool> condition, string what)
    {
        for (var elapsed = Stopwatch.StartNew(); elapsed.Elapsed < Patience; Thread.Sleep(500))
            if (condition()) return;
        var logs = Directory.GetFiles(folder, "*.log", SearchOption.AllDirectories).Select(log => $"{Path.GetFileName(log)}: {File.ReadLines(log).LastOrDefault()}");
        Assert.Fail($"waited {Patience} for {what}\n{SlurmCluster.Command("scontrol", "show", "job")}\n{string.Join('\n', logs)}");
    }
}
