using Pole.Data.Loading;
using Pole.Zoo.Optimizers;
using static TorchSharp.torch;

namespace Pole.Pipeline.Training;

/// <summary>The loop that every training has in common.</summary>
internal static class TrainingLoop
{
    /// <param name="lossOf">The loss of a batch, a scalar.</param>
    /// <param name="workers">Threads that prepare batches ahead.</param>
    /// <exception cref="ExperimentException">There are fewer images than one batch, or the loss is no longer a number.</exception>
    public static void Run<TBatch>(nn.Module network, BatchSource<TBatch> batches, TrainingOptions options, PolySgd optimizer, Func<TBatch, Tensor> lossOf,
        int workers, IStageProgress progress, CancellationToken cancellation)
    {
        if (batches.Count == 0) throw new ExperimentException($"the training split has fewer images than one batch ({options.BatchSize}): lower batch-size");
        progress.Expect((long)batches.Count * options.Epochs, "steps");
        network.train();
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            foreach (var batch in batches.Epoch(epoch, workers, cancellation))
            {
                using var pause = CollectionPause.Begin(workers, batches.BytesPerBatch);
                using var scope = NewDisposeScope();
                var loss = lossOf(batch);
                var value = loss.item<float>();
                if (!float.IsFinite(value)) throw new ExperimentException($"the loss became {value} in epoch {epoch + 1}: lower learning-rate");
                optimizer.ZeroGradients();
                loss.backward();
                optimizer.Step();
                progress.Advance(1, $"epoch {epoch + 1}/{options.Epochs} loss {value:f3}");
            }
        }

        network.eval();
    }
}
