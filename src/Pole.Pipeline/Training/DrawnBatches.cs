using Pole.Data.Loading;

namespace Pole.Pipeline.Training;

/// <summary>Batches drawn at random from what is in memory; the whole training is one epoch.</summary>
/// <param name="count">Items to draw from.</param>
/// <param name="batchOf">Makes a batch of the places that were drawn.</param>
internal sealed class DrawnBatches<TBatch>(int count, int batchSize, int steps, int seed, Func<int[], TBatch> batchOf) : IBatchStream<TBatch>
    where TBatch : IImageBatch
{
    public int Count => steps;

    public IEnumerable<TBatch> From(long batch, int workers, CancellationToken cancellation)
    {
        var random = new Random(seed);
        for (var drawn = 0L; drawn < batch * batchSize; drawn++) random.Next(count);
        while (true) yield return batchOf([.. Enumerable.Range(0, batchSize).Select(_ => random.Next(count))]);
    }
}
