namespace Pole;

/// <summary>
/// Starts the tasks of sweeps: on this machine, or with the engine of a cluster. No key of a spec takes one, and no result and no fingerprint depends on it: it is named on the command line,
/// <c>pole sweep NAME --launcher slurm</c>, and its options are the section of that name in the machine profile, <c>slurm: { account: research }</c>.
/// </summary>
public abstract class Launcher
{
    /// <summary>Writes what the engine is given into the launch's folder and, unless the launch is a trial, has every task started once.</summary>
    /// <param name="output">Lines for the person at the command line.</param>
    /// <param name="cancellation">Ctrl+C. A launcher that waits for its tasks ends them with SIGTERM, after which they write a checkpoint.</param>
    /// <exception cref="ExperimentException">The engine refuses the launch, or tasks failed.</exception>
    /// <exception cref="OperationCanceledException">Stopped while it waited for tasks.</exception>
    public abstract void Start(Launch launch, TextWriter output, CancellationToken cancellation);

    /// <summary>What the engine knows of the tasks of a launch, for <c>pole sweep status</c>; null where only the tasks say how far they are.</summary>
    /// <param name="folder">Of a launch that was started with the options of this launcher, by this process or another.</param>
    /// <exception cref="ExperimentException">The engine cannot be asked.</exception>
    public virtual ITaskQueue? FindQueue(string folder) => null;
}
