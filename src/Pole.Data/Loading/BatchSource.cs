using Pole.Data.Augmentations;

namespace Pole.Data.Loading;

/// <summary>Batches of a training, shuffled anew in every epoch and prepared ahead by other threads.</summary>
/// <typeparam name="TBatch">What a batch is before it is tensors.</typeparam>
public abstract class BatchSource<TBatch>(int samples, TrainingOptions options, int seed) : IBatchStream<TBatch>
    where TBatch : IImageBatch
{
    /// <summary>Batches per epoch; the last incomplete one is dropped.</summary>
    public int Count => samples / options.BatchSize;

    protected TrainingOptions Options => options;

    /// <summary>Made without a device: an augmentation makes no tensors.</summary>
    protected Augmentation Augmentation { get; } = (options.Augmentation ?? new RandomLongSideOptions()).Create(ModuleContext.None);

    /// <summary>Numbers of one augmented image.</summary>
    protected int PlanesPerImage => 3 * options.Crop * options.Crop;

    public IEnumerable<TBatch> From(long batch, int workers, CancellationToken cancellation)
    {
        for (var epoch = batch / Count; ; epoch++)
        foreach (var prepared in Epoch((int)epoch, workers, cancellation, epoch == batch / Count ? (int)(batch % Count) : 0))
            yield return prepared;
    }

    /// <summary>The batches in their order; the numbers do not depend on how many workers there are.</summary>
    /// <param name="workers">Batches that are prepared at once.</param>
    /// <param name="from">The first batch.</param>
    public IEnumerable<TBatch> Epoch(int epoch, int workers, CancellationToken cancellation, int from = 0)
    {
        var order = Enumerable.Range(0, samples).ToArray();
        new Random(SeedOf(epoch, -1)).Shuffle(order);
        return ReadAhead.Run(Count - from, workers, cancellation, batch => Prepare([.. order.Skip((from + batch) * options.BatchSize).Take(options.BatchSize).Select(sample => (sample, SeedOf(epoch, sample)))]));
    }

    /// <summary>Decodes and augments on any thread; makes no tensors.</summary>
    /// <param name="items">Index and augmentation seed of each sample.</param>
    protected abstract TBatch Prepare(IReadOnlyList<(int Sample, int Seed)> items);

    /// <summary>HashCode.Combine differs from process to process; this does not.</summary>
    private int SeedOf(int epoch, int index)
    {
        unchecked
        {
            var hash = (uint)seed * 0x9E3779B1u ^ (uint)epoch * 0x85EBCA77u ^ (uint)index * 0xC2B2AE3Du;
            hash = (hash ^ (hash >> 15)) * 0x2C1B3C6Du;
            return (int)((hash ^ (hash >> 13)) & 0x7FFFFFFF);
        }
    }
}
