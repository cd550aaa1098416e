namespace Pole.Pipeline.Artifacts;

/// <summary>Where one stage's result stands, and what belongs to its making.</summary>
/// <param name="Result">Whole, or not there.</param>
internal sealed record StagePlaces(string Result)
{
    public const string TemporaryEnding = ".tmp", CheckpointEnding = ".checkpoint", LockEnding = ".lock";

    public string Temporary => Result + TemporaryEnding;

    public string Checkpoint => Result + CheckpointEnding;

    public string Lock => Result + LockEnding;

    /// <param name="folder">A result's, or one that belongs to its making.</param>
    public static StagePlaces OfFolder(string folder) => new(folder.EndsWith(TemporaryEnding, StringComparison.Ordinal) ? folder[..^TemporaryEnding.Length]
        : folder.EndsWith(CheckpointEnding, StringComparison.Ordinal) ? folder[..^CheckpointEnding.Length] : folder);

    public static StagePlaces Of(string root, StageKey key) => new(Path.Combine(root, key.Stage, key.Hash));
}
