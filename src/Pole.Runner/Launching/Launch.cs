using Pole.Pipeline;
using Pole.Runner.Building;

namespace Pole.Runner.Launching;

/// <summary>What starts the tasks of a launch.</summary>
internal enum Engine
{
    Local,
    Slurm,
    Kubernetes,
}

/// <summary>A way to start sweeps.</summary>
/// <param name="IsTrial">Writes everything and starts nothing.</param>
internal sealed record Launch(Engine Engine, MachineProfile Profile, bool IsTrial)
{
    /// <param name="options">Of the machine, for every task.</param>
    /// <exception cref="ExperimentException">The launch cannot be written, or this build cannot be kept for it.</exception>
    public PreparedLaunch Prepare(IReadOnlyList<string> sweeps, ExperimentSet experiments, string runs, IReadOnlyList<string> options, RunContext context)
    {
        var build = Profile.Command is null ? BuildFolder.Running : null;
        var folder = LaunchFolder.Begin(runs, LaunchPlan.Of(sweeps, experiments, Profile, context) with { Build = build?.Name });
        build?.PinFor(folder);
        return new PreparedLaunch(this, folder, options);
    }
}

/// <summary>A launch whose plan is written.</summary>
internal sealed record PreparedLaunch(Launch Launch, LaunchFolder Folder, IReadOnlyList<string> Options)
{
    /// <exception cref="ExperimentException">The engine refuses it, or tasks failed.</exception>
    public void Start(CancellationToken cancellation)
    {
        var arguments = new TaskArguments(Folder, Launch.Profile, Options);
        foreach (var step in Folder.Plan.Steps) Console.WriteLine($"{step.Name}: {step.Tasks.Count} {(step.Tasks.Count == 1 ? "task" : "tasks")}{(step.After.Count > 0 ? $" after {string.Join(", ", step.After)}" : "")}");
        switch (Launch.Engine)
        {
            case Engine.Slurm:
                var slurm = new SlurmLauncher(Folder, Launch.Profile, arguments);
                slurm.Write();
                if (Launch.IsTrial) break;
                slurm.Submit();
                Console.WriteLine($"submitted as {string.Join(", ", Folder.Jobs.Select(step => $"{step.Key} {string.Join(' ', step.Value)}"))}");
                Console.WriteLine($"pole sweep status {Folder.Plan.Sweeps[0]} says how far they are; scancel {string.Join(' ', Folder.Jobs.SelectMany(step => step.Value))} ends them");
                break;
            case Engine.Kubernetes:
                new KubernetesJobs(Folder, Launch.Profile, arguments).Write();
                Console.WriteLine($"sh {Folder.FileOf("apply.sh")} applies them in order");
                break;
            default:
                if (Launch.IsTrial) break;
                var failed = new LocalLauncher(Folder, Launch.Profile, arguments, Console.Out).Run(cancellation);
                if (failed > 0) throw new ExperimentException($"{failed} tasks did not end well; their logs are in {Folder.LogsFolder}, and another launch does only what is missing");
                break;
        }

        Console.WriteLine(Folder.Path);
    }
}
