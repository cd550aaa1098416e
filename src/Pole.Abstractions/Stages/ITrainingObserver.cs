using static TorchSharp.torch;

namespace Pole;

/// <summary>Looks at networks as they learn. It must leave a network's weights as they were, and draw no random numbers from torch.</summary>
public interface ITrainingObserver
{
    /// <summary>Called before the first training, when the data set is prepared.</summary>
    void RunBegins(IDataset dataset);

    /// <param name="epoch">From 1.</param>
    /// <param name="step">Optimiser steps done.</param>
    void EpochEnded(string stage, int epoch, long step, nn.Module network);
}
