using Pole.Runner.Launching;
using Pole.Runner.Launching.Kubernetes;
using Pole.Runner.Launching.Local;
using Pole.Runner.Launching.Slurm;

namespace Pole.Runner.Tests.Launching;

/// <summary>What a launch's folder keeps of its launcher, which <c>pole sweep status</c> asks.</summary>
public sealed class PlannedLauncherTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-planned-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void The_options_are_those_that_the_launch_was_made_with()
    {
        var kubernetes = new KubernetesOptions { Image = "pole", Claim = "work", Mount = "/work" };

        Assert.That(Opened(new ChosenLauncher("kubernetes", kubernetes)).Plan.Launcher!.Read(), Is.EqualTo(kubernetes));
        Assert.That(((LocalOptions)Opened(new ChosenLauncher("local", new LocalOptions { Devices = ["0", "1"] })).Plan.Launcher!.Read()).Devices, Is.EqualTo(new[] { "0", "1" }));
    }

    [Test]
    public void Without_a_launcher_in_the_plan_a_status_is_what_the_tasks_wrote() => Assert.That(LaunchStatus.Of(Opened(null)).Select(task => task.State), Is.EqualTo(new[] { LaunchStatus.Pending }));

    [Test]
    public void A_launcher_that_this_build_does_not_have_is_an_error() =>
        Assert.That(() => LaunchStatus.Of(Opened(new ChosenLauncher("script", new SlurmOptions()))), Throws.InstanceOf<ExperimentException>().With.Message.Contains("plan.json: cannot be read as the plan of a launch: its tasks were started by the launcher 'script', which this build does not have: ask the build that launched it, or add the module to this one"));

    [Test]
    public void Jobs_that_do_not_fit_the_plan_are_an_error()
    {
        var launch = Opened(new ChosenLauncher("slurm", new SlurmOptions()));
        var file = Path.Combine(launch.Path, "jobs.json");

        File.WriteAllText(file, """{ "baseline": null }""");
        Assert.That(() => LaunchStatus.Of(launch), Throws.InstanceOf<ExperimentException>().With.Message.EqualTo($"{file}: cannot be read as the jobs of a launch: it has null in the place of a value; launch the sweep again"));
        Assert.That(() => new SlurmJobs(new Dictionary<string, IReadOnlyList<string>> { ["baseline"] = ["7"] }).Find("baseline", SlurmJobs.ArraySize), Throws.InstanceOf<ExperimentException>());
    }

    private LaunchFolder Opened(ChosenLauncher? launcher)
    {
        var plan = new LaunchPlan(["sweep"], [new PlannedStep("baseline", [], [new PlannedTask("one", null, null)])]) { Launcher = launcher is null ? null : PlannedLauncher.Of(launcher) };
        return LaunchFolder.Open(LaunchFolder.Begin(folder, plan).Path);
    }
}
