using System.Diagnostics;
using System.Runtime.InteropServices;
using Pole.Compute;
using Pole.Runner.Launching;
using Pole.Runner.Launching.Local;

namespace Pole.Runner.Tests.Launching;

/// <summary>Sweeps whose stages and points are processes on this machine.</summary>
public sealed class LocalLaunchTests
{
    private const string Sweep = "shapes/smoke-names";
    private const int Terminate = 15, Killed = 9;

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-local-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_launch_gives_the_comparison_of_a_sweep_in_one_process()
    {
        var launched = Launch("launched");
        var own = PoleProcess.Run("pole", [.. Arguments("own"), "--quiet"]);

        Assert.That((launched.ExitCode, own.ExitCode), Is.EqualTo((0, 0)), launched.Error + own.Error);
        Assert.That(launched.Output, Does.Contain("masked-features: 2 tasks after clip, baseline\n").And.Contain("clims: 6 tasks after clip, baseline, selection\n"));
        Assert.That(Comparison("launched"), Is.EqualTo(Comparison("own")));
        Assert.That(Status("launched"), Does.Contain("\n28 done\n"));
    }

    [Test, Platform("Linux")]
    public void Tasks_that_run_at_once_keep_to_cores_of_their_own_and_do_not_spin()
    {
        // What a user has set holds for every task.
        var (cores, set) = (Cores.OfThisThread(), Environment.GetEnvironmentVariable("OMP_WAIT_POLICY"));
        if (cores.Count < 2) Assert.Ignore("this process has one core");

        var tasks = CoresOfTasks(threads: 2, parallel: null);

        Assert.That(tasks.Select(task => task.Policy), Is.All.EqualTo(set ?? "passive"));
        Assert.That(tasks.Select(task => task.Cores).Distinct().ToList(), Is.SubsetOf(cores.Select(core => $"{core}")).And.Count.GreaterThan(1));
        Assert.That(CoresOfTasks(threads: 2, parallel: 1).Concat(CoresOfTasks(threads: null, parallel: null)).Distinct().Single().Policy, Is.EqualTo(set ?? ""), "one by itself has all cores, and waits as it likes");
    }

    [Test]
    public void Cores_are_dealt_out_evenly()
    {
        Assert.That(Cores.Shares([0, 1, 2, 3, 4, 5, 6, 7], 2).Select(share => string.Join(' ', share)), Is.EqualTo(new[] { "0 1 2 3", "4 5 6 7" }));
        Assert.That(Cores.Shares([2, 3, 5], 2).Select(share => string.Join(' ', share)), Is.EqualTo(new[] { "2 3", "5" }));
        Assert.That(Cores.Shares([4, 9], 3).Select(share => string.Join(' ', share)), Is.EqualTo(new[] { "4", "9", "4" }));
    }

    /// <summary>What eight tasks see of the machine, each of which takes long enough for others to run beside it.</summary>
    private List<(string Cores, string Policy)> CoresOfTasks(int? threads, int? parallel)
    {
        var launch = Directory.CreateDirectory(Path.Combine(folder, $"{threads}-{parallel}")).FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(LaunchFolder.StateOf(launch, "step", 0))!);
        var tasks = Enumerable.Range(0, 8).Select(index => new LaunchTask($"task {index}", Path.Combine(launch, $"{index}.log"))).ToList();
        var command = new TaskCommand(["/bin/sh", "-c", "sleep 0.1; grep Cpus_allowed_list /proc/self/status; echo \"policy $OMP_WAIT_POLICY\""], []);
        new LocalRun(new Launch { Folder = launch, Sweeps = ["a"], Steps = [new LaunchStep("step", [], tasks, new StageResources(), command)], Setup = "", Parallel = parallel, Threads = threads, Devices = null, Requeues = 0, Grace = 1, IsDryRun = false }, [], TextWriter.Null).Run(CancellationToken.None);
        return [.. tasks.Select(task => File.ReadAllLines(task.LogFile)).Select(lines => (lines[0].Split('\t')[1], lines[1]["policy ".Length..]))];
    }

    [Test]
    public void A_dry_run_starts_nothing()
    {
        var run = Launch("trial", "--dry-run");

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(Directory.Exists(Path.Combine(folder, "trial", "store", "stages")), Is.False);
        Assert.That(Status("trial"), Does.Contain("\n28 pending\n"));
    }

    [Test, Platform("Linux"), Explicit("takes a minute; .ci/run runs it"), Category("Slow")]
    public void A_killed_task_fails_what_builds_on_it_and_another_launch_does_the_rest()
    {
        var killed = false;
        var run = PoleProcess.Run(PoleProcess.Folder, "pole", LaunchArguments("killed"), seen =>
        {
            // The task of a stage that every point needs.
            if (killed || !seen.Line.StartsWith("baseline: 2 tasks", StringComparison.Ordinal)) return;
            killed = true;
            var task = WaitForTask("baseline 0");
            Assert.That(Kill(task, Killed), Is.Zero);
        });

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Match(@"baseline: shapes/smoke-names/synonyms-1-seed-0: error: ended with exit code 137; see \S+baseline-0\.log").And.Match("points: shapes/smoke-names/synonyms-4-seed-1: done"));
        Assert.That(run.Error, Does.Contain("launch again to run only what is missing"));
        Assert.That(Status("killed"), Does.Match("baseline .* failed .*exit code 137").And.Match("clims +shapes/smoke-names/synonyms-2-seed-0 +failed .*builds on the result of baseline, which is not stored"));

        var again = Launch("killed");
        Assert.That(again.ExitCode, Is.Zero, again.Error);
        Assert.That(again.Output, Does.Contain("baseline: 1 task\n"));
        Assert.That(Comparison("killed").Split('\n'), Has.Length.EqualTo(5));
    }

    [Test, Platform("Linux"), Explicit("takes a minute; .ci/run runs it"), Category("Slow")]
    public void SIGTERM_stops_the_tasks_which_keep_what_they_have()
    {
        var sent = false;
        var run = PoleProcess.Run(PoleProcess.Folder, "pole", LaunchArguments("stopped"), seen =>
        {
            if (sent || !seen.Line.StartsWith("clip: shapes", StringComparison.Ordinal)) return;
            sent = true;
            Assert.That(Kill(seen.Process.Id, Terminate), Is.Zero);
        });

        Assert.That(run.ExitCode, Is.EqualTo(130));
        Assert.That(Status("stopped"), Does.Contain(" done").And.Contain(" pending").And.Not.Contain(" failed\n"));
        Assert.That(Launch("stopped").ExitCode, Is.Zero);
    }

    [TestCase("--parallel", "2", "--parallel needs --launcher")]
    [TestCase("--dry-run", null, "--dry-run needs --launcher")]
    public void An_option_of_launches_needs_a_launcher(string option, string? value, string message) =>
        Assert.That(PoleProcess.Run("pole", [.. Arguments("wrong"), option, .. value is null ? Array.Empty<string>() : [value]]) is { ExitCode: 2 } run ? run.Error : "", Does.Contain(message));

    [Test]
    public void The_status_of_a_sweep_that_was_not_launched_says_how_to_launch_it() =>
        Assert.That(PoleProcess.Run("pole", "sweep", "status", Sweep, "--runs", folder).Error, Is.EqualTo($"error: {Sweep} was not launched into {folder}: pole sweep {Sweep} --launcher local"));

    private PoleProcess Launch(string name, params string[] more) => PoleProcess.Run("pole", [.. LaunchArguments(name), .. more]);

    private string[] LaunchArguments(string name) => [.. Arguments(name), "--launcher", "local", "--parallel", "2"];

    private string[] Arguments(string name) => ["sweep", Sweep, "--threads", "1", "--store", Path.Combine(folder, name, "store"), "--runs", Runs(name)];

    private string Runs(string name) => Path.Combine(folder, name, "runs");

    private string Comparison(string name) => File.ReadAllText(Path.Combine(Runs(name), Sweep, "comparison.csv"));

    private string Status(string name) => PoleProcess.Run("pole", "sweep", "status", Sweep, "--runs", Runs(name)).Output;

    /// <returns>The process of a task of this test's launch.</returns>
    private int WaitForTask(string arguments)
    {
        for (var elapsed = Stopwatch.StartNew(); elapsed.Elapsed < TimeSpan.FromMinutes(1); Thread.Sleep(10))
        foreach (var process in Process.GetProcessesByName("pole"))
        {
            var line = CommandLineOf(process.Id);
            if (line.Contains(folder, StringComparison.Ordinal) && line.Contains($" {arguments} ", StringComparison.Ordinal)) return process.Id;
        }

        throw new AssertionException($"no task {arguments} was started");
    }

    /// <returns>Nothing for a process that has ended, which may be while its file is read.</returns>
    private static string CommandLineOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
