namespace Pole.Runner.Launching.Local;

/// <summary>Processes on this machine, a bounded number of them at once: one, or one a device, unless <c>parallel</c> says more.</summary>
[PoleModule("local")]
public sealed record LocalOptions : IModuleOptions<Launcher>
{
    /// <summary>CUDA devices that tasks are spread over, each the value of <c>CUDA_VISIBLE_DEVICES</c> for one task; none for what a task finds by itself.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    public Launcher Create(ModuleContext context) => new LocalLauncher(this);
}
