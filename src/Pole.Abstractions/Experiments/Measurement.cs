namespace Pole;

/// <summary>What a training measured at one of its steps.</summary>
/// <param name="Step">Optimiser steps done, from 1.</param>
/// <param name="Epoch">From 1.</param>
/// <param name="Values">Losses and learning rates by name: <c>loss</c>, <c>loss.otm</c>, <c>rate.0</c>.</param>
public sealed record Measurement(string Stage, long Step, int Epoch, IReadOnlyDictionary<string, double> Values);
