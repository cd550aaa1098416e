using static TorchSharp.torch;

namespace Pole.Data.Loading;

/// <summary>Images with label maps, before they are tensors.</summary>
/// <param name="Pixels">Planes of side <paramref name="Side"/>, three an image.</param>
public sealed record LabelledBatch(IReadOnlyList<string> ImageIds, float[] Pixels, int Side, IReadOnlyList<LabelMap> Labels) : IImageBatch
{
    /// <returns><c>[N, 3, H, W]</c>; the caller owns it.</returns>
    public Tensor Images() => tensor(Pixels, [Labels.Count, 3, Side, Side], device: CPU);
}

/// <summary>Shuffled batches of images with label maps, augmented together.</summary>
/// <param name="labelsOf">The label map of a sample.</param>
/// <param name="labels">Classes and background.</param>
public sealed class LabelledBatches(IReadOnlyList<ISample> samples, Func<ISample, LabelMap> labelsOf, int labels, PixelNormalisation normalisation, TrainingOptions options, int seed)
    : BatchSource<LabelledBatch>(samples.Count, options, seed)
{
    protected override LabelledBatch Prepare(IReadOnlyList<(int Sample, int Seed)> items)
    {
        var pixels = new float[items.Count * PlanesPerImage];
        var maps = new LabelMap[items.Count];
        for (var place = 0; place < items.Count; place++)
        {
            var sample = samples[items[place].Sample];
            var (image, map) = (sample.LoadImage(), labelsOf(sample));
            map.RequireSize(image.Width, image.Height, $"image {sample.Id}");
            map.RequireLabels(labels);
            Augmentation.Apply(image, items[place].Seed, Options.Crop, normalisation, pixels.AsSpan(place * PlanesPerImage, PlanesPerImage));
            maps[place] = Augmentation.Apply(map, items[place].Seed, Options.Crop);
        }

        return new LabelledBatch([.. items.Select(item => samples[item.Sample].Id)], pixels, Options.Crop, maps);
    }
}
