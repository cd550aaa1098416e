using Pole.Runner.Building;
using Pole.Runner.Launching;

namespace Pole.Runner.Tests.Building;

/// <summary>Which builds a new one leaves.</summary>
public sealed class BuildFolderTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-builds-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_last_two_builds_stay()
    {
        foreach (var name in new[] { "a", "b", "c", "b" }) Build(name).Supersede();

        Assert.That(Builds(), Is.EqualTo(new[] { "b", "c" }));
    }

    [Test]
    public void A_build_that_a_process_runs_from_stays_until_the_process_ends()
    {
        using (Build("a").Hold())
        {
            foreach (var name in new[] { "b", "c" }) Build(name).Supersede();
            Assert.That(Builds(), Is.EqualTo(new[] { "a", "b", "c" }));
        }

        Build("d").Supersede();
        Assert.That(Builds(), Is.EqualTo(new[] { "c", "d" }));
    }

    [Test]
    public void A_build_that_a_launch_was_made_with_stays_until_its_tasks_have_ended()
    {
        var launch = LaunchFolder.Begin(Path.Combine(folder, "runs"), new LaunchPlan(["sweep"], [new PlannedStep("baseline", [], [new PlannedTask("one", null, null), new PlannedTask("two", null, null)])]));
        var step = launch.Plan.Steps[0];
        Build("a").PinFor(launch);
        TaskState.Begin(null).End(TaskOutcome.Failed, "an error").Write(launch.StateOf(step, 0));
        foreach (var name in new[] { "b", "c" }) Build(name).Supersede();
        Assert.That(Builds(), Is.EqualTo(new[] { "a", "b", "c" }), "the second task has yet to start");

        TaskState.Begin(null).End(TaskOutcome.Stopped).Write(launch.StateOf(step, 1));
        Build("d").Supersede();
        Assert.That(Builds(), Is.EqualTo(new[] { "a", "c", "d" }), "it goes on when it is started again");

        TaskState.Begin(null).End(TaskOutcome.Done).Write(launch.StateOf(step, 1));
        Build("e").Supersede();
        Assert.That(Builds(), Is.EqualTo(new[] { "d", "e" }));
    }

    [Test]
    public void A_build_that_was_cut_off_goes()
    {
        Directory.CreateDirectory(Path.Combine(folder, "builds", "partial"));
        foreach (var name in new[] { "a", "b" }) Build(name).Supersede();

        Assert.That(Builds(), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void The_latest_build_stays_after_the_clock_was_set_back()
    {
        foreach (var name in new[] { "a", "b" })
        {
            Build(name).Supersede();
            File.SetLastWriteTimeUtc(Path.Combine(folder, "builds", name, BuildFolder.MarkFile), DateTime.UtcNow.AddDays(1));
        }

        Build("c").Supersede();

        Assert.That(Builds(), Has.Member("c").And.Exactly(2).Items);
    }

    private BuildFolder Build(string name)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder, "builds", name)).FullName;
        File.WriteAllText(Path.Combine(path, BuildFolder.MarkFile), "");
        return new BuildFolder(path);
    }

    private IEnumerable<string?> Builds() => Directory.GetDirectories(Path.Combine(folder, "builds")).Select(Path.GetFileName).Order();
}
