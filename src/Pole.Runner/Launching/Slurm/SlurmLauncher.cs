namespace Pole.Runner.Launching.Slurm;

/// <summary>Submits a launch to SLURM, and does not wait for it.</summary>
internal sealed class SlurmLauncher(SlurmOptions options) : Launcher
{
    public override void Start(Launch launch, TextWriter output, CancellationToken cancellation)
    {
        foreach (var step in launch.Steps) File.WriteAllText(SlurmScript.FileOf(launch, step), SlurmScript.Of(step, launch, options));
        if (launch.IsDryRun) return;
        var jobs = new SlurmSubmission(launch).Run();
        output.WriteLine($"submitted as {string.Join(", ", jobs.Arrays.Select(step => $"{step.Key} {string.Join(' ', step.Value)}"))}");
        output.WriteLine($"pole sweep status {launch.Sweeps[0]} says how far they are; scancel {string.Join(' ', jobs.Identifiers)} ends them");
    }

    public override ITaskQueue? FindQueue(string folder) => SlurmJobs.Read(folder) is { Arrays.Count: > 0 } jobs ? SlurmQueue.Of(jobs, folder) : null;
}
