namespace Pole.Pipeline.Artifacts;

/// <summary>A stage whose result a run used.</summary>
/// <param name="Key">Hash of its key.</param>
/// <param name="Stored">It was there before.</param>
/// <param name="Elapsed">What this run spent on it.</param>
/// <param name="Machine">What computed it; null where a version made it that did not write this.</param>
public sealed record FinishedStage(string Stage, string Key, string Folder, bool Stored, TimeSpan Elapsed, ResultMachine? Machine);
