namespace Pole.Pipeline.Stages;

/// <summary>The spec's part of the key of a stage's result; what data and weights hold is left out.</summary>
public sealed record StageSpecKey(string Stage, string Key)
{
    /// <summary>Names of the stages whose keys are others than before, or new, in the order of the chain.</summary>
    public static IReadOnlyList<string> Affected(IReadOnlyList<StageSpecKey> before, IReadOnlyList<StageSpecKey> after) => [.. after.Where(stage => !before.Contains(stage)).Select(stage => stage.Stage)];
}
