using Pole.Data.Augmentation;
using static TorchSharp.torch;

namespace Pole.Data.Loading;

/// <summary>One batch of weakly labelled images.</summary>
/// <param name="Images"><c>[N, 3, H, W]</c>, ImageNet-normalised.</param>
/// <param name="Labels"><c>[N, K]</c>, 1 where a class is present.</param>
public sealed record TrainingBatch(IReadOnlyList<ISample> Samples, Tensor Images, Tensor Labels) : IDisposable
{
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}

/// <summary>Shuffled, augmented batches of one epoch.</summary>
public sealed class TrainingBatches(IReadOnlyList<ISample> samples, int classes, TrainingOptions options, int seed)
{
    private readonly TrainingAugmentation augmentation = new(options);

    /// <summary>Batches per epoch; the last incomplete one is dropped.</summary>
    public int Count => samples.Count / options.BatchSize;

    /// <summary>The caller disposes each batch.</summary>
    public IEnumerable<TrainingBatch> Epoch(int epoch)
    {
        var order = Enumerable.Range(0, samples.Count).ToArray();
        new Random(HashCodeOf(seed, epoch, -1)).Shuffle(order);
        for (var batch = 0; batch < Count; batch++) yield return Load([.. order.Skip(batch * options.BatchSize).Take(options.BatchSize)], epoch);
    }

    private TrainingBatch Load(int[] indices, int epoch)
    {
        var size = 3 * options.Crop * options.Crop;
        var pixels = new float[indices.Length * size];
        ParallelWork.For(indices.Length, CancellationToken.None, place =>
            augmentation.Apply(samples[indices[place]].LoadImage(), HashCodeOf(seed, epoch, indices[place]), pixels.AsSpan(place * size, size)));

        var chosen = indices.Select(index => samples[index]).ToList();
        var labels = new float[indices.Length * classes];
        for (var place = 0; place < chosen.Count; place++)
            foreach (var present in chosen[place].PresentClasses) labels[place * classes + present] = 1;
        return new TrainingBatch(chosen, tensor(pixels, [indices.Length, 3, options.Crop, options.Crop]).DetachFromDisposeScope(), tensor(labels, [indices.Length, classes]).DetachFromDisposeScope());
    }

    /// <summary>HashCode.Combine differs from process to process; this does not.</summary>
    private static int HashCodeOf(int seed, int epoch, int index)
    {
        unchecked
        {
            var hash = (uint)seed * 0x9E3779B1u ^ (uint)epoch * 0x85EBCA77u ^ (uint)index * 0xC2B2AE3Du;
            hash = (hash ^ (hash >> 15)) * 0x2C1B3C6Du;
            return (int)((hash ^ (hash >> 13)) & 0x7FFFFFFF);
        }
    }
}
