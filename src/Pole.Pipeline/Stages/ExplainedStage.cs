using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Stages;

/// <summary>Why a stage would be computed, or not.</summary>
/// <param name="Folder">Where its result is stored; null where it would be computed.</param>
/// <param name="Fault">Why there is no result to use; null where there is one.</param>
/// <param name="FollowsFromUpstream">A stage that it builds on would be computed too.</param>
public sealed record ExplainedStage(string Stage, StageKey Key, string? Folder, string? Fault, bool FollowsFromUpstream);
