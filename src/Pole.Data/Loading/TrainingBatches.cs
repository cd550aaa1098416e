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
public sealed record PreparedBatch(IReadOnlyList<ISample> Samples, float[] Pixels, int Side, float[] Labels) : IImageBatch
{
    public IReadOnlyList<string> ImageIds => [.. Samples.Select(sample => sample.Id)];

    /// <summary>The caller owns the tensors.</summary>
    public TrainingBatch ToTensors() => new(Samples, tensor(Pixels, [Samples.Count, 3, Side, Side], device: CPU), tensor(Labels, [Samples.Count, Labels.Length / Samples.Count], device: CPU));
}

/// <summary>Shuffled, augmented batches of images with image-level labels.</summary>
public sealed class TrainingBatches(IReadOnlyList<ISample> samples, int classes, TrainingOptions options, int seed) : BatchSource<PreparedBatch>(samples.Count, options, seed)
{
    protected override PreparedBatch Prepare(IReadOnlyList<(int Sample, int Seed)> items)
    {
        var (pixels, labels) = (new float[items.Count * PlanesPerImage], new float[items.Count * classes]);
        for (var place = 0; place < items.Count; place++)
        {
            var sample = samples[items[place].Sample];
            Augmentation.Apply(sample.LoadImage(), items[place].Seed, Options.Crop, PixelNormalisation.ImageNet, pixels.AsSpan(place * PlanesPerImage, PlanesPerImage));
            foreach (var present in sample.PresentClasses) labels[place * classes + present] = 1;
        }

        return new PreparedBatch([.. items.Select(item => samples[item.Sample])], pixels, Options.Crop, labels);
    }
}
