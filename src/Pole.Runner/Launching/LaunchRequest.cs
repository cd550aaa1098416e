using Pole.Pipeline;
using Pole.Runner.Building;

namespace Pole.Runner.Launching;

/// <summary>How a command line wants sweeps to be started.</summary>
/// <param name="Devices">Null where it names none.</param>
/// <param name="IsDryRun">Writes everything and starts nothing.</param>
internal sealed record LaunchRequest(ChosenLauncher Launcher, MachineProfile Profile, IReadOnlyList<string>? Devices, bool IsDryRun)
{
    /// <param name="options">Of the machine, for every task.</param>
    /// <exception cref="ExperimentException">The launch cannot be written, or this build cannot be kept for it.</exception>
    public PreparedLaunch Prepare(IReadOnlyList<string> sweeps, ExperimentSet experiments, string runs, IReadOnlyList<string> options, RunContext context)
    {
        var launcher = Launcher.Options.Create(ModuleContext.None);
        var build = Profile.Command is null ? BuildFolder.Running : null;
        var folder = LaunchFolder.Begin(runs, LaunchPlan.Of(sweeps, experiments, Profile, context) with { Build = build?.Name, Launcher = PlannedLauncher.Of(Launcher), Tracking = Profile.Tracking });
        build?.PinFor(folder);
        return new PreparedLaunch(launcher, Describe(folder, new TaskArguments(folder.Path, Profile, options), ThreadsOf([.. sweeps.SelectMany(experiments.PointsOf).SelectMany(experiments.WithCompared)])));
    }

    private static int? ThreadsOf(IReadOnlyList<Experiment> experiments) => experiments.All(experiment => experiment.Compute?.Threads is not null) ? experiments.Max(experiment => experiment.Compute!.Threads) : null;

    private Launch Describe(LaunchFolder folder, TaskArguments arguments, int? threads) => new()
    {
        Folder = folder.Path,
        Sweeps = folder.Plan.Sweeps,
        Steps = [.. folder.Plan.Steps.Select(step => new LaunchStep(step.Name, step.After, [.. step.Tasks.Select((task, index) => new LaunchTask(task.ToString(), folder.LogOf(step, index)))], Profile.Of(step.Name), arguments.Of(step.Name)))],
        Setup = Profile.Setup,
        Parallel = Profile.Parallel,
        Threads = threads,
        Devices = Devices,
        Requeues = Profile.Requeues,
        Grace = Profile.Grace,
        IsDryRun = IsDryRun,
    };
}
