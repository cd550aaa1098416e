using Pole.Data.Imaging;
using Pole.Pipeline.Refinement;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>Label maps of a segmentation network, which is owned.</summary>
/// <param name="labels">Classes and background.</param>
/// <param name="crf">Refines at test time; null for none.</param>
public sealed class SegmentationInference(SegmentationNetwork network, int labels, DenseCrfOptions? crf, Device device) : IDisposable
{
    /// <summary>Softmax values below it are raised to it, so that the CRF has logarithms.</summary>
    private const float LeastProbability = 1e-6f;

    /// <returns>Probabilities, labels × pixels.</returns>
    public float[] Probabilities(RgbImage image) => Probabilities([image])[0];

    /// <param name="images">Of one size; they go through the network together.</param>
    /// <returns>Of each, probabilities, labels × pixels.</returns>
    public IReadOnlyList<float[]> Probabilities(IReadOnlyList<RgbImage> images)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var logits = network.Segment(stack(images.Select(image => ImageTensors.Normalised(image, network.Normalisation))).to(device));
        // Enlarged one by one: all labels of a whole image are large.
        return [.. Enumerable.Range(0, images.Count).Select(index => Enlarged(logits.narrow(0, index, 1), images[index]))];
    }

    private static float[] Enlarged(Tensor logits, RgbImage image)
    {
        using var scope = NewDisposeScope();
        var enlarged = nn.functional.interpolate(logits, [image.Height, image.Width], mode: InterpolationMode.Bilinear, align_corners: false)[0];
        return enlarged.softmax(0).clamp_min(LeastProbability).ToFloats();
    }

    /// <summary>The most probable label of each pixel. May run on any thread.</summary>
    public static LabelMap MostProbable(RgbImage image, float[] probabilities) =>
        new(image.Width, image.Height, MaskLabels.Strongest(probabilities, probabilities.Length / (image.Width * image.Height)));

    /// <summary>The labels after the CRF; null where there is none. May run on any thread.</summary>
    public LabelMap? Refined(RgbImage image, float[] probabilities) =>
        crf is null ? null : new LabelMap(image.Width, image.Height, DenseCrf.Labels(DenseCrf.FromProbabilities(image, probabilities, labels, crf), labels));

    /// <summary>The labels that the experiment ends with.</summary>
    public LabelMap Labels(RgbImage image) => Labels([image])[0];

    /// <inheritdoc cref="Labels(RgbImage)"/>
    /// <param name="images">Of one size; they go through the network together.</param>
    public IReadOnlyList<LabelMap> Labels(IReadOnlyList<RgbImage> images)
    {
        var (probabilities, maps) = (Probabilities(images), new LabelMap[images.Count]);
        ParallelWork.For(images.Count, CancellationToken.None, index => maps[index] = Refined(images[index], probabilities[index]) ?? MostProbable(images[index], probabilities[index]));
        return maps;
    }

    public void Dispose() => network.Dispose();
}
