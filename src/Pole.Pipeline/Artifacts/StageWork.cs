namespace Pole.Pipeline.Artifacts;

/// <summary>A stage at work.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Folder">Receives the files of its result; gone when the work fails.</param>
/// <param name="CheckpointFolder">Stays when the work is cut off, and goes when it is done.</param>
public sealed record StageWork(string Name, string Folder, string CheckpointFolder, IStageProgress Progress);

/// <summary>A stage whose result a run used.</summary>
/// <param name="Key">Hash of its key.</param>
/// <param name="Stored">It was there before.</param>
/// <param name="Elapsed">What this run spent on it.</param>
public sealed record FinishedStage(string Stage, string Key, string Folder, bool Stored, TimeSpan Elapsed);
