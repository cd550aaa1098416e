namespace Pole.Runner.Launching;

/// <summary>A launch whose plan is written.</summary>
internal sealed record PreparedLaunch(Launcher Launcher, Launch Launch)
{
    /// <exception cref="ExperimentException">The engine refuses it, or tasks failed.</exception>
    public void Start(CancellationToken cancellation)
    {
        foreach (var step in Launch.Steps) Console.WriteLine($"{step.Name}: {step.Tasks.Count} {(step.Tasks.Count == 1 ? "task" : "tasks")}{(step.After.Count > 0 ? $" after {string.Join(", ", step.After)}" : "")}");
        Launcher.Start(Launch, Console.Out, cancellation);
        Console.WriteLine(Launch.Folder);
    }
}
