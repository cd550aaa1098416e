namespace Pole.Runner.Launching.Local;

/// <summary>Runs a launch on this machine, and waits for it.</summary>
internal sealed class LocalLauncher(LocalOptions options) : Launcher
{
    public override void Start(Launch launch, TextWriter output, CancellationToken cancellation)
    {
        if (launch.IsDryRun) return;
        var failed = new LocalRun(launch, launch.Devices ?? options.Devices, output).Run(cancellation);
        if (failed > 0) throw new ExperimentException($"{failed} task{(failed == 1 ? "" : "s")} failed; logs are in {LaunchFolder.LogsFolderOf(launch.Folder)}; launch again to run only what is missing");
    }
}
