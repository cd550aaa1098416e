using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>Looks at a network as it learns. It must leave the network as it was, and draw no random numbers from torch.</summary>
public interface ITrainingObserver
{
    /// <param name="epoch">From 1.</param>
    /// <param name="step">Optimiser steps done.</param>
    void EpochEnded(string stage, int epoch, long step, nn.Module network);
}
