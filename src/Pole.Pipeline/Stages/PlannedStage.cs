namespace Pole.Pipeline.Stages;

/// <summary>A stage that an experiment needs.</summary>
/// <param name="Key">Hash of its key: the same stage of two experiments has one.</param>
/// <param name="Upstream">Keys of the stages of the plan whose results it reads.</param>
/// <param name="Images">How many images it works on, each by itself; null for a training.</param>
/// <param name="IsStored">Its result is there.</param>
public sealed record PlannedStage(string Stage, string Key, IReadOnlyList<string> Upstream, int? Images, bool IsStored);
