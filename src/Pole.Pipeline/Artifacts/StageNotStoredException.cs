namespace Pole.Pipeline.Artifacts;

/// <summary>A result was asked for that is not stored, where none may be produced.</summary>
public sealed class StageNotStoredException(StageKey key) : ExperimentException($"the result of stage '{key.Stage}' is not stored: it was not run, or failed")
{
    public StageKey Key => key;
}
