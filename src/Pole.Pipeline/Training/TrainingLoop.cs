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
        var steps = options.Steps(batches.Count);
        progress.Expect(steps, "steps");
        network.train();
        optimizer.ZeroGradients();
        var batch = 0L;
        foreach (var (epoch, prepared) in Stream(batches, steps * options.Accumulate, workers, cancellation))
        {
            using var pause = CollectionPause.Begin(workers, batches.BytesPerBatch);
            using var scope = NewDisposeScope();
            var loss = lossOf(prepared);
            var value = loss.item<float>();
            if (!float.IsFinite(value)) throw new ExperimentException($"the loss became {value} in epoch {epoch + 1}: lower learning-rate");
            (options.Accumulate == 1 ? loss : loss / options.Accumulate).backward();
            if (++batch % options.Accumulate != 0) continue;
            optimizer.Step();
            optimizer.ZeroGradients();
            progress.Advance(1, $"epoch {epoch + 1} loss {value:f3}");
        }

        network.eval();
    }

    private static IEnumerable<(int Epoch, TBatch Batch)> Stream<TBatch>(BatchSource<TBatch> batches, long count, int workers, CancellationToken cancellation)
    {
        for (var epoch = 0; count > 0; epoch++)
        foreach (var batch in batches.Epoch(epoch, workers, cancellation))
        {
            yield return (epoch, batch);
            if (--count == 0) yield break;
        }
    }
}
