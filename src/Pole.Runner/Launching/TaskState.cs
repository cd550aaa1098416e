using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pole.Runner.Launching;

[JsonConverter(typeof(JsonStringEnumConverter<TaskOutcome>))]
internal enum TaskOutcome
{
    Running,
    Done,
    Failed,

    /// <summary>Asked to stop, with a checkpoint; goes on when it is started again.</summary>
    Stopped,
}

/// <summary>How far a task of a launch is, as its own process wrote it.</summary>
/// <param name="Starts">How often it was started.</param>
/// <param name="Error">Null unless it failed.</param>
internal sealed record TaskState(TaskOutcome Outcome, int Starts, string Host, DateTimeOffset Started, DateTimeOffset? Ended, string? Error)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <returns>Null where it was not started.</returns>
    /// <exception cref="ExperimentException">The file is damaged.</exception>
    public static TaskState? Read(string path) => File.Exists(path) ? InputFile.Read(path, "the state of a task", "delete it; the task then counts as not started", () => JsonSerializer.Deserialize<TaskState>(File.ReadAllText(path), Format)) : null;

    public void Write(string path) => AtomicFile.Write(path, temporary => File.WriteAllText(temporary, JsonSerializer.Serialize(this, Format)));

    public static TaskState Begin(TaskState? before) => new(TaskOutcome.Running, (before?.Starts ?? 0) + 1, Environment.MachineName, DateTimeOffset.UtcNow, null, null);

    public TaskState End(TaskOutcome outcome, string? error = null) => this with { Outcome = outcome, Ended = DateTimeOffset.UtcNow, Error = error };
}
