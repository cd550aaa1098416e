using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// Pixel-adaptive refinement of masks (PAR; Ru et al. 2022, "Learning Affinity from Attention", rulixiang/afa, wetr/PAR.py): again and again each pixel takes the sum of its neighbours, weighted by how much their
/// colours are alike. With ΔI the difference of a neighbour's colour, d its distance (√2 times the dilation on diagonals) and σ the sample standard deviation over all neighbours (of the distances, and
/// of each channel at each pixel), the weight is softmax(mean over the channels of −(|ΔI| / (σ + 1e-8) / s)²) + w · softmax(−(d / (σ + 1e-8) / s)²). Beyond its edge an image goes on with its edge.
/// </summary>
public static class PixelAdaptiveRefinement
{
    /// <param name="image">Of the masks' size.</param>
    /// <param name="masks">Masks × pixels, rows from the top: scores or probabilities of any range.</param>
    /// <param name="count">Number of masks.</param>
    /// <returns>Masks × pixels. The weights of a pixel sum to 1 + w, so that each iteration raises all masks by that factor.</returns>
    /// <exception cref="ArgumentException">The masks are not of the image's size.</exception>
    public static float[] Refine(RgbImage image, ReadOnlySpan<float> masks, int count, PixelAdaptiveOptions options)
    {
        if (masks.Length != (long)count * image.Width * image.Height) throw new ArgumentException($"{masks.Length} values are not {count} masks of {image.Width}×{image.Height} pixels", nameof(masks));
        var refined = masks.ToArray();
        if (count == 0 || options.Iterations == 0) return refined;
        var layout = new PaddedPlanes(image.Width, image.Height, options.Dilations.Max());
        var weights = NeighbourWeights.Of(image, layout, options);
        weights.Iterate(refined, count, options.Iterations);
        return refined;
    }

    /// <param name="masks"><c>[K, H, W]</c>, of the image's size, on any device.</param>
    /// <returns><c>[K, H, W]</c>, on the CPU.</returns>
    /// <inheritdoc cref="Refine(RgbImage, ReadOnlySpan{float}, int, PixelAdaptiveOptions)"/>
    public static Tensor Refine(RgbImage image, Tensor masks, PixelAdaptiveOptions options) => tensor(Refine(image, masks.ToFloats(), (int)masks.shape[0], options), masks.shape, device: CPU);
}
