namespace Pole.Pipeline.Artifacts;

/// <summary>A run did its share of a stage's images; the result is there once the others did theirs.</summary>
public sealed class ShardFinishedException(StageKey key) : Exception($"the shard's part of stage '{key.Stage}' is done; other parts are not")
{
    public StageKey Key => key;
}
