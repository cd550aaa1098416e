using System.Buffers;
using System.Numerics.Tensors;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// Fully connected CRF with Gaussian kernels and Potts compatibility, by mean field (Krähenbühl and Koltun 2011; lucasb-eyer/pydensecrf
/// with symmetric normalisation). Linear in the number of pixels.
/// </summary>
public static class DenseCrf
{
    /// <summary>Refines a label map among the labels that it has.</summary>
    /// <returns>Marginals, pixels × labels, and the labels.</returns>
    public static (float[] Marginals, byte[] Present) Refine(RgbImage image, LabelMap map, DenseCrfOptions options)
    {
        byte[] present = [.. map.Labels.Distinct().Order()];
        return (FromLabels(image, [.. map.Labels.Select(label => (byte)Array.BinarySearch(present, label))], present.Length, options), present);
    }

    /// <summary>Refines given labels.</summary>
    /// <param name="labels">0 … count − 1, one a pixel.</param>
    /// <returns>Marginals, pixels × labels.</returns>
    /// <exception cref="ArgumentException">The labels are not of the image's size.</exception>
    public static float[] FromLabels(RgbImage image, ReadOnlySpan<byte> labels, int count, DenseCrfOptions options)
    {
        if (labels.Length != image.Width * image.Height) throw new ArgumentException($"{labels.Length} labels are not those of {image.Width}×{image.Height} pixels", nameof(labels));
        var (given, other) = ((float)Math.Log(options.LabelConfidence), (float)Math.Log((1 - options.LabelConfidence) / Math.Max(1, count - 1)));
        var logits = ArrayPool<float>.Shared.Rent(labels.Length * count);
        logits.AsSpan(0, labels.Length * count).Fill(other);
        for (var pixel = 0; pixel < labels.Length; pixel++) logits[pixel * count + labels[pixel]] = given;
        return Infer(image, logits, count, options);
    }

    /// <summary>Refines probabilities.</summary>
    /// <param name="probabilities">Labels × pixels, each above 0.</param>
    /// <returns>Marginals, pixels × labels.</returns>
    /// <exception cref="ArgumentException">The probabilities are not of the image's size.</exception>
    public static float[] FromProbabilities(RgbImage image, ReadOnlySpan<float> probabilities, int count, DenseCrfOptions options)
    {
        var pixels = image.Width * image.Height;
        if (probabilities.Length != (long)pixels * count) throw new ArgumentException($"{probabilities.Length} probabilities are not those of {count} labels and {image.Width}×{image.Height} pixels", nameof(probabilities));
        var logits = ArrayPool<float>.Shared.Rent(probabilities.Length);
        for (var label = 0; label < count; label++)
        for (var pixel = 0; pixel < pixels; pixel++) logits[pixel * count + label] = MathF.Log(probabilities[label * pixels + pixel]);
        return Infer(image, logits, count, options);
    }

    /// <summary>The likeliest label of each pixel; the first where several are.</summary>
    /// <param name="marginals">Pixels × labels.</param>
    public static byte[] Labels(ReadOnlySpan<float> marginals, int count)
    {
        var labels = new byte[marginals.Length / count];
        for (var pixel = 0; pixel < labels.Length; pixel++) labels[pixel] = (byte)TensorPrimitives.IndexOfMax(marginals.Slice(pixel * count, count));
        return labels;
    }

    /// <param name="logits">Pixels × labels, and more; rented, and returned here.</param>
    private static float[] Infer(RgbImage image, float[] logits, int count, DenseCrfOptions options)
    {
        var marginals = new float[image.Width * image.Height * count];
        if (count <= FourLabels.Count) MeanField<FourLabels>.Infer(image, logits.AsSpan(0, marginals.Length), marginals, count, options);
        else MeanField<EightLabels>.Infer(image, logits.AsSpan(0, marginals.Length), marginals, count, options);
        ArrayPool<float>.Shared.Return(logits);
        return marginals;
    }
}
