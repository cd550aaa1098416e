namespace Pole.Runner.Launching.Local;

/// <summary>Processes on this machine, as many at once as <c>parallel</c> says. Left out: one a device; else one a core where every spec sets <c>compute.threads</c>, and one by itself where it leaves them to the machine. Tasks that run at once keep to cores of their own.</summary>
[PoleModule("local")]
public sealed record LocalOptions : IModuleOptions<Launcher>
{
    /// <summary>CUDA devices that tasks are spread over, each the value of <c>CUDA_VISIBLE_DEVICES</c> for one task; none for what a task finds by itself.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    public Launcher Create(ModuleContext context) => new LocalLauncher(this);
}
