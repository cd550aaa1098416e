namespace Pole.Runner.Tracking;

/// <summary><c>tracking</c> in a machine profile. It has no credentials: profiles and plans of launches are files that others read.</summary>
internal sealed record TrackingSection
{
    /// <summary>Address of an MLflow tracking server.</summary>
    public required string Uri { get; init; }

    /// <summary>MLflow experiment that runs are logged to.</summary>
    public string Experiment { get; init; } = TrackingTarget.DefaultExperiment;
}
