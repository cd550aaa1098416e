namespace Pole.Runner.Tests.Launching;

/// <summary>What SLURM would be given, without a SLURM.</summary>
public sealed class SlurmScriptTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-scripts-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCase("slurm: { account: research, qos: normal, constraint: a100 }\n", "")]
    [TestCase("slurm: { qos: normal, constraint: a100 }\naccount: research\n", "(4,1): warning: 'account' stands in 'slurm' now: slurm: { account: … }")]
    public void A_script_has_what_the_profile_says(string section, string warning)
    {
        var profile = Path.Combine(folder, "machine.yaml");
        File.WriteAllText(profile, $"command: [pole]\nresources: {{ cpus: 8, memory: 32G, gpus: 1, time: 8:00:00, partition: gpu }}\n{section}");
        var run = PoleProcess.Run("pole", "sweep", "shapes/smoke-names", "--launcher", "slurm", "--machine", profile, "--dry-run", "--store", Path.Combine(folder, "store"), "--runs", Path.Combine(folder, "runs"));
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        var script = File.ReadAllLines(Path.Combine(run.Output.Split('\n')[^1], "clims.sbatch"));

        Assert.That(run.Error, warning.Length == 0 ? Is.Empty : Does.StartWith($"{profile}{warning}"));
        Assert.That(script.Where(line => line.StartsWith("#SBATCH --", StringComparison.Ordinal)).TakeLast(8), Is.EqualTo(new[]
        {
            "#SBATCH --time=8:00:00", "#SBATCH --cpus-per-task=8", "#SBATCH --mem=32768M", "#SBATCH --gres=gpu:1", "#SBATCH --partition=gpu", "#SBATCH --account=research", "#SBATCH --qos=normal", "#SBATCH --constraint=a100",
        }));
        Assert.That(script, Has.One.Match(@"^'pole' 'sweep' 'task' '[^']+' 'clims' \$\(\(POLE_FIRST_TASK \+ SLURM_ARRAY_TASK_ID\)\) .*'--threads=8' &$"));
    }
}
