namespace Pole.Pipeline.Artifacts;

/// <summary>Where one stage's result stands, and what belongs to its making.</summary>
/// <param name="Result">Whole, or not there.</param>
internal sealed record StagePlaces(string Result)
{
    public const string TemporaryEnding = ".tmp", CheckpointEnding = ".checkpoint", LockEnding = ".lock";

    public string Temporary => Result + TemporaryEnding;

    public string Checkpoint => Result + CheckpointEnding;

    public string Lock => Result + LockEnding;

    public static StagePlaces Of(string root, StageKey key) => new(Path.Combine(root, key.Stage, key.Hash));
}
