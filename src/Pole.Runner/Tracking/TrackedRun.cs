using System.Text.Json.Serialization;

namespace Pole.Runner.Tracking;

/// <summary>The states of an MLflow run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrackedStatus>))]
internal enum TrackedStatus
{
    Running,
    Finished,
    Failed,
    Killed,
}

/// <summary>A run on a server, and how far it was sent.</summary>
/// <param name="Key">Its tag <see cref="KeyTag"/>, by which it is found again where the answer to its creation was lost.</param>
/// <param name="Server">Address without credentials.</param>
/// <param name="Experiment">MLflow experiment.</param>
internal sealed record TrackedRun(string Key, string Server, string Experiment, RunDescription Description)
{
    public const string KeyTag = "pole.key";

    /// <summary>Whether creating it was tried.</summary>
    public bool CreateBegan { get; init; }

    /// <summary>Null until the server answered; what follows is about a run that is there.</summary>
    public MlflowRun? Run { get; init; }

    public bool ParametersSent { get; init; }

    /// <summary>The last training step whose measurements were sent, by stage. A run that goes on after an interruption measures the same again up to there.</summary>
    public IReadOnlyDictionary<string, long> Steps { get; init; } = new Dictionary<string, long>();

    public bool ScoresSent { get; init; }

    public IReadOnlyList<string> Artifacts { get; init; } = [];

    public TrackedStatus Status { get; init; } = TrackedStatus.Running;

    /// <summary>Null while it goes on.</summary>
    public DateTimeOffset? Ended { get; init; }

    public TrackedStatus StatusSent { get; init; } = TrackedStatus.Running;

    /// <summary>The result that it stands for; null while none of its runs ended.</summary>
    public string? Result { get; init; }

    /// <summary>Whether all of an ended run was sent.</summary>
    [JsonIgnore]
    public bool IsComplete => Result is not null && ScoresSent && StatusSent == TrackedStatus.Finished;

    public static TrackedRun Begin(TrackingTarget target, RunDescription description) => new(Guid.NewGuid().ToString("N"), target.Server.AbsoluteUri, target.Experiment, description);

    public bool IsOf(TrackingTarget target) => Server == target.Server.AbsoluteUri && Experiment == target.Experiment;
}
