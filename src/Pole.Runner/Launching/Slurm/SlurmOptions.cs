namespace Pole.Runner.Launching.Slurm;

/// <summary>Job arrays of SLURM, one a step, each after those that it builds on.</summary>
[PoleModule("slurm")]
public sealed record SlurmOptions : IModuleOptions<Launcher>
{
    /// <summary>Whom the time is charged to (<c>--account</c>).</summary>
    public string? Account { get; init; }

    /// <summary>Quality of service (<c>--qos</c>).</summary>
    public string? Qos { get; init; }

    /// <summary>Features that a node has to have (<c>--constraint</c>).</summary>
    public string? Constraint { get; init; }

    public Launcher Create(ModuleContext context) => new SlurmLauncher(this);
}
