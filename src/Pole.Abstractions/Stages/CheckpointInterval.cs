namespace Pole;

/// <summary>How often a training writes a checkpoint: what comes first.</summary>
public sealed record CheckpointInterval
{
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Optimiser steps; null for time alone.</summary>
    public long? Steps { get; init; }
}
