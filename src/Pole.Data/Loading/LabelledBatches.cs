using static TorchSharp.torch;

namespace Pole.Data.Loading;

/// <summary>Images with label maps, before they are tensors.</summary>
/// <param name="Pixels">Planes of side <paramref name="Side"/>, three an image.</param>
public sealed record LabelledBatch(IReadOnlyList<string> ImageIds, float[] Pixels, int Side, IReadOnlyList<LabelMap> Labels) : IImageBatch
{
    /// <summary>Classes of each whole image, 0-based; empty where they were not asked for.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Classes { get; init; } = [];

    /// <returns><c>[N, 3, H, W]</c>; the caller owns it.</returns>
    public Tensor Images() => tensor(Pixels, [Labels.Count, 3, Side, Side], device: CPU);
}

/// <summary>Shuffled batches of images with label maps, augmented together.</summary>
/// <param name="labelsOf">The label map of a sample. Null for batches with the image-level labels instead: the label maps are 0 inside the image.</param>
/// <param name="labels">Classes and background.</param>
public sealed class LabelledBatches(IReadOnlyList<ISample> samples, Func<ISample, LabelMap>? labelsOf, int labels, PixelNormalisation normalisation, TrainingOptions options, int seed)
    : BatchSource<LabelledBatch>(samples.Count, options, seed)
{
    protected override LabelledBatch Prepare(IReadOnlyList<(int Sample, int Seed)> items)
    {
        var pixels = new float[items.Count * PlanesPerImage];
        var maps = new LabelMap[items.Count];
        for (var place = 0; place < items.Count; place++)
        {
            var sample = samples[items[place].Sample];
            var image = sample.LoadImage();
            var map = labelsOf?.Invoke(sample) ?? new LabelMap(image.Width, image.Height, new byte[image.Width * image.Height]);
            map.RequireSize(image.Width, image.Height, $"image {sample.Id}");
            map.RequireLabels(labels);
            Augmentation.Apply(image, items[place].Seed, Options.Crop, normalisation, pixels.AsSpan(place * PlanesPerImage, PlanesPerImage));
            maps[place] = Augmentation.Apply(map, items[place].Seed, Options.Crop);
        }

        return new LabelledBatch([.. items.Select(item => samples[item.Sample].Id)], pixels, Options.Crop, maps) { Classes = labelsOf is null ? [.. items.Select(item => samples[item.Sample].PresentClasses)] : [] };
    }
}
