namespace Pole;

/// <summary>A stage at work.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Folder">Receives the files of its result; gone when the work fails.</param>
/// <param name="CheckpointFolder">Stays when the work is cut off, and goes when it is done.</param>
public sealed record StageWork(string Name, string Folder, string CheckpointFolder, IStageProgress Progress);
