using System.Text.Json;

namespace Pole.Runner.Tests;

/// <summary>What of a machine is in the way of a run.</summary>
public sealed class DoctorCommandTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-doctor-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_machine_that_can_run_is_said_to_be_in_order()
    {
        var run = Doctor();

        Assert.That(run.ExitCode, Is.Zero, run.Output);
        Assert.That(run.Output.Split('\n').Select(line => line.TrimStart()).Where(line => !line.StartsWith('→')).Select(line => line[8..].Split("  ")[0].Trim()),
            Is.EqualTo(new[] { "build", "SDK", "libtorch", "processor", "threads", "OpenMP waiting", "memory", "store", "runs", "data", "weights", "machine profile" }));
    }

    [TestCase("--data", "no/where", "there is no such folder", "name a folder with --data")]
    [TestCase("--machine", "no/profile.yaml", "does not exist", "see docs/scaling.md")]
    public void What_would_fail_is_a_problem_with_its_remedy_and_the_rest_is_looked_at(string option, string value, string message, string remedy)
    {
        var run = Doctor(option, value);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Output, Does.Match($"PROBLEM .*{message}").And.Contain(remedy).And.Contain("libtorch"));
    }

    [Test]
    public void A_store_that_cannot_be_written_is_a_problem()
    {
        var blocked = Path.Combine(folder, "file");
        File.WriteAllText(blocked, "");
        var run = PoleProcess.RunIn(folder, "pole", ["doctor", "--json", "--store", Path.Combine(blocked, "store"), "--runs", folder], []);

        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(JsonDocument.Parse(run.Output).RootElement.EnumerateArray().Single(finding => finding.GetProperty("subject").GetString() == "store").GetProperty("verdict").GetString(), Is.EqualTo("problem"));
    }

    private PoleProcess Doctor(params string[] more) => PoleProcess.RunIn(folder, "pole", ["doctor", "--store", Path.Combine(folder, "store"), "--runs", Path.Combine(folder, "runs"), .. more], []);
}
