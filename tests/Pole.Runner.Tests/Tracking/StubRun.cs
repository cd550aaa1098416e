namespace Pole.Runner.Tests.Tracking;

/// <summary>A run as the stub keeps it.</summary>
internal sealed class StubRun
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string Status { get; set; } = "RUNNING";

    public long? EndTime { get; set; }

    public Dictionary<string, string> Tags { get; } = [];

    public Dictionary<string, string> Parameters { get; } = [];

    /// <summary>As MLflow's data base keeps them: what is the same in every column is one row.</summary>
    public HashSet<(string Key, double Value, long Timestamp, long Step)> Metrics { get; } = [];

    /// <summary>Metric values that arrived, the same ones counted again.</summary>
    public int MetricsReceived { get; set; }

    public Dictionary<string, byte[]> Artifacts { get; } = [];

    public List<string> ArtifactsReceived { get; } = [];
}
