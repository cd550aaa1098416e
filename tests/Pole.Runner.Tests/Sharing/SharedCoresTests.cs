using System.Diagnostics;
using Pole.Runner.Sharing;

namespace Pole.Runner.Tests.Sharing;

/// <summary>Runs that were started by hand on one machine.</summary>
public sealed class SharedCoresTests
{
    private static readonly RegisteredRun First = new("1", [0, 1]), Second = new("2", [0, 1]), Third = new("3", [0, 1]), Task = new("4", [1]), OtherTask = new("5", [0]);

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-sharing-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    private static IEnumerable<TestCaseData> Shares =>
    [
        new TestCaseData(First, new[] { First }, "0 1", false).SetArgDisplayNames("alone"),
        new TestCaseData(First, new[] { First, Second }, "0", false).SetArgDisplayNames("the first of two"),
        new TestCaseData(Second, new[] { First, Second }, "1", false).SetArgDisplayNames("the second of two"),
        new TestCaseData(Third, new[] { First, Second, Third }, "0", true).SetArgDisplayNames("more runs than cores"),
        new TestCaseData(First, new[] { First, Task }, "0", false).SetArgDisplayNames("beside a task that was given a core"),
        new TestCaseData(Task, new[] { First, Task }, "1", false).SetArgDisplayNames("a task keeps its core"),
        new TestCaseData(First, new[] { First, Task, OtherTask }, "0 1", true).SetArgDisplayNames("beside tasks that have every core"),
        new TestCaseData(Task, new[] { First, Task, OtherTask }, "1", true).SetArgDisplayNames("a task beside one that finds no core free"),
    ];

    [TestCaseSource(nameof(Shares))]
    public void Runs_share_what_was_not_given_to_one_alone(object own, object living, string cores, bool shared)
    {
        var share = CoreShare.Of((RegisteredRun)own, (RegisteredRun[])living);

        Assert.That((string.Join(' ', share.Own), share.IsShared), Is.EqualTo((cores, shared)));
    }

    [Test]
    public void A_registry_knows_who_lives_in_the_order_in_which_they_began()
    {
        using var first = new RunRegistry(folder, [0, 1]);
        using (var second = new RunRegistry(folder, [1]))
        {
            Assert.That(first.Living(), Is.EqualTo(new[] { first.Own, second.Own }));
            Assert.That(second.Living(), Is.EqualTo(first.Living()));
            Assert.That(second.Own.Cores, Is.EqualTo(new[] { 1 }));
        }

        Assert.That(first.Living(), Is.EqualTo(new[] { first.Own }));
    }

    [Test, Platform("Linux")]
    public void A_run_whose_file_was_cleaned_away_still_lives()
    {
        using var registry = new RunRegistry(folder, [0, 1]);
        File.Delete(Path.Combine(folder, registry.Own.FileName));

        Assert.That(registry.Living(), Is.EqualTo(new[] { registry.Own }));
    }

    [Test]
    public void What_a_killed_run_left_is_deleted_and_other_files_are_none_of_a_run()
    {
        using var registry = new RunRegistry(folder, [0]);
        var dead = Path.Combine(folder, "0000000000000000001-77_0.1");
        File.WriteAllText(dead, "");
        File.WriteAllText(Path.Combine(folder, "notes"), "");

        Assert.That(registry.Living(), Is.EqualTo(new[] { registry.Own }));
        Assert.That(Directory.GetFiles(folder).Select(Path.GetFileName), Is.EquivalentTo(new[] { "notes", registry.Own.FileName }));
    }

    [Test, Platform("Linux"), Explicit("takes a minute; .ci/run runs it"), Category("Slow")]
    public void Two_runs_keep_to_cores_of_their_own_and_give_the_bytes_of_one()
    {
        if (Compute.Cores.OfThisThread().Count < 2) Assert.Ignore("this process has one core");
        using var first = Start("first");
        using var second = Start("second");
        var seen = new HashSet<string>();
        while (!first.HasExited && !second.HasExited)
        {
            if (CoresOf(first) is { } one && CoresOf(second) is { } other && one != other && !one.Contains('-', StringComparison.Ordinal) && !other.Contains('-', StringComparison.Ordinal)) seen.Add($"{one} {other}");
            Thread.Sleep(50);
        }

        first.WaitForExit();
        second.WaitForExit();
        using var alone = Start("alone");
        alone.WaitForExit();

        Assert.That((first.ExitCode, second.ExitCode, alone.ExitCode), Is.EqualTo((0, 0, 0)));
        Assert.That(seen, Is.Not.Empty, "each had a core of its own");
        Assert.That(Networks("first"), Is.EqualTo(Networks("alone")).And.EqualTo(Networks("second")));
    }

    private Process Start(string name) => Process.Start(new ProcessStartInfo(Path.Combine(PoleProcess.Folder, "pole"), ["run", "shapes/smoke", "--quiet", "--device", "cpu", "--store", Path.Combine(folder, name), "--runs", Path.Combine(folder, $"{name}-runs")]))!;

    /// <summary>Of every thread but those that just began; null where they differ or the process has ended.</summary>
    private static string? CoresOf(Process process)
    {
        try
        {
            var cores = Directory.GetDirectories($"/proc/{process.Id}/task").Select(task => File.ReadLines(Path.Combine(task, "status")).First(line => line.StartsWith("Cpus_allowed_list", StringComparison.Ordinal)).Split('\t')[1]).Distinct().ToList();
            return cores.Count == 1 ? cores[0] : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private List<(string, string)> Networks(string store) => [.. Directory.GetFiles(Path.Combine(folder, store, "stages"), "*.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(file => (Path.GetRelativePath(Path.Combine(folder, store), file), Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))))];
}
