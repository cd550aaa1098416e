using Pole.Runner.Tests.Fuzzing;

namespace Pole.Runner.Tests;

/// <summary>Experiments that another is compared with are runs too.</summary>
public sealed class ComparedRunTests
{
    private const string Cam = "fuzz/shapes-cam", Compared = "fuzz/compared";

    private static readonly Experiment Baseline = FuzzExperiments.OnShapes with { Name = Cam, Clip = null, Prompt = null, Objective = null, Clims = null, Refinement = null };

    private static readonly CompiledExperiment[] Experiments = [new(Cam, null, _ => Baseline), new(Compared, null, _ => FuzzExperiments.OnShapes with { Name = Compared, Refinement = null, Compare = [Cam] })];

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-compared-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void Each_has_a_folder_that_every_command_takes_and_the_run_says_where()
    {
        var run = Pole("run", Compared);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var other = Runs(Cam).Single();

        Assert.That(run.Output.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal), Does.Contain($"comparedwith{Cam}:{other}"));
        Assert.That(Directory.GetFileSystemEntries(other).Select(Path.GetFileName), Is.EquivalentTo(Directory.GetFileSystemEntries(Runs(Compared).Single()).Select(Path.GetFileName).Except(["tracking.jsonl"])));
        Assert.That(Pole("export", Cam, "--format", "safetensors", "--output", Path.Combine(folder, "x.safetensors")).ExitCode, Is.Zero);
        Assert.That(PoleInProcess.Run(Experiments, "pack", Cam, "--output", Path.Combine(folder, "x.tar.gz"), "--runs", Path.Combine(folder, "runs"), "--store", Path.Combine(folder, "store")).ExitCode, Is.Zero);

        Assert.That(Pole("run", Compared).ExitCode, Is.Zero);
        Assert.That(Runs(Cam), Is.EqualTo(new[] { other }), "one is enough");
        File.WriteAllText(Path.Combine(other, "result.json"), "{");
        Assert.That(Pole("run", Compared).ExitCode, Is.Zero);
        Assert.That(Runs(Cam), Has.Length.EqualTo(2), "a damaged one is none");
        Assert.That(Pole("export", Cam, "--format", "safetensors", "--output", Path.Combine(folder, "y.safetensors")).ExitCode, Is.Zero, "its network is in the store");
    }

    private string[] Runs(string experiment) => Directory.GetDirectories(Directory.GetDirectories(Path.Combine([folder, "runs", .. experiment.Split('/')])).Single());

    private PoleInProcess Pole(params string[] arguments) => PoleInProcess.Run(Experiments, [.. arguments, "--runs", Path.Combine(folder, "runs"), "--store", Path.Combine(folder, "store")]);
}
