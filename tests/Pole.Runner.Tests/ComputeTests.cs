using Pole.Runner.Commands;

namespace Pole.Runner.Tests;

/// <summary>What a spec says of the order of sums, against what a machine has.</summary>
public sealed class ComputeTests
{
    [Test, Platform("Linux")]
    public void Neither_the_number_of_cores_nor_the_environment_changes_a_byte_of_a_result()
    {
        _ = SmokeRun.Folder;
        var store = Directory.CreateTempSubdirectory("pole-one-core-").FullName;

        var run = PoleProcess.RunOnOneCore("pole", ["run", SmokeRun.Name, "--quiet", "--threads", "1", "--store", store, "--runs", Path.Combine(store, "runs")],
            [("OMP_NUM_THREADS", "1"), ("ATEN_CPU_CAPABILITY", "default"), ("MKL_CBWR", "COMPATIBLE")]);

        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var (expected, actual) = (Digests(SmokeRun.Store), Digests(store));
        Assert.That(actual.Keys, Is.EquivalentTo(expected.Keys).And.Count.EqualTo(12));
        Assert.That(actual.Where(stage => stage.Value != expected[stage.Key]).Select(stage => stage.Key), Is.Empty);
        Directory.Delete(store, recursive: true);
    }

    [Test]
    public void Experiments_that_ask_for_different_instructions_do_not_share_a_process()
    {
        var one = new Experiment { Name = "one", Description = "", Dataset = null!, Backbone = null!, Baseline = null!, Compute = new ComputeOptions { Instructions = InstructionSet.Avx2 } };

        Assert.That(() => LibTorch.Load(one, one with { Name = "other", Compute = null }), Throws.InstanceOf<ExperimentException>().With.Message.StartsWith("one and other differ in compute.instructions, which are chosen once a process"));
    }

    /// <summary>Those of every stored result, by its place.</summary>
    private static Dictionary<string, string> Digests(string store) =>
        Directory.GetFiles(Path.Combine(store, "stages"), "digests.json", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(store, path), File.ReadAllText);
}
