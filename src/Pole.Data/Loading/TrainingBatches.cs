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

/// <summary>The numbers of a batch, before they are tensors.</summary>
/// <param name="Pixels">Planes of side <paramref name="Side"/>, three an image.</param>
/// <param name="Labels">One row an image.</param>
public sealed record PreparedBatch(IReadOnlyList<ISample> Samples, float[] Pixels, int Side, float[] Labels)
{
    /// <summary>The caller disposes the batch.</summary>
    public TrainingBatch ToTensors() => new(Samples, tensor(Pixels, [Samples.Count, 3, Side, Side]).DetachFromDisposeScope(), tensor(Labels, [Samples.Count, Labels.Length / Samples.Count]).DetachFromDisposeScope());
}

/// <summary>Shuffled, augmented batches of one epoch.</summary>
public sealed class TrainingBatches(IReadOnlyList<ISample> samples, int classes, TrainingOptions options, int seed)
{
    private readonly TrainingAugmentation augmentation = new(options);

    /// <summary>Batches per epoch; the last incomplete one is dropped.</summary>
    public int Count => samples.Count / options.BatchSize;

    /// <summary>About what preparing a batch allocates: its planes, and each image decoded and resized.</summary>
    public long BytesPerBatch => options.BatchSize * (3L * sizeof(float) * options.Crop * options.Crop + 3L * 3 * options.ResizeTo * options.ResizeTo);

    /// <summary>The batches in their order, prepared ahead by other threads; the numbers do not depend on how many.</summary>
    /// <param name="workers">Batches that are prepared at once.</param>
    public IEnumerable<PreparedBatch> Epoch(int epoch, int workers, CancellationToken cancellation)
    {
        var order = Enumerable.Range(0, samples.Count).ToArray();
        new Random(HashCodeOf(seed, epoch, -1)).Shuffle(order);
        return ReadAhead.Run(Count, workers, cancellation, batch => Prepare(order.AsSpan(batch * options.BatchSize, options.BatchSize), epoch));
    }

    private PreparedBatch Prepare(ReadOnlySpan<int> indices, int epoch)
    {
        var size = 3 * options.Crop * options.Crop;
        var pixels = new float[indices.Length * size];
        var labels = new float[indices.Length * classes];
        var chosen = new ISample[indices.Length];
        for (var place = 0; place < indices.Length; place++)
        {
            chosen[place] = samples[indices[place]];
            augmentation.Apply(chosen[place].LoadImage(), HashCodeOf(seed, epoch, indices[place]), pixels.AsSpan(place * size, size));
            foreach (var present in chosen[place].PresentClasses) labels[place * classes + present] = 1;
        }

        return new PreparedBatch(chosen, pixels, options.Crop, labels);
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
