using static TorchSharp.torch;

namespace Pole.Zoo.Backbones;

/// <summary>
/// CAM training shows a network ImageNet-normalised images, whatever its backbone was trained to see: the same images go to CLIP. A backbone that sees other pixels, such as bytes less a mean with blue first, is
/// given these by a scale and a shift of each plane.
/// </summary>
internal static class PixelConversion
{
    /// <param name="images">ImageNet-normalised, <c>[N, 3, H, W]</c>.</param>
    /// <returns>The same as the backbone sees them; the given tensor where that is the same.</returns>
    public static Tensor Of(Tensor images, Backbone backbone)
    {
        var to = backbone.Normalisation;
        if (to == PixelNormalisation.ImageNet) return images;
        using var scope = NewDisposeScope();
        Tensor Planes(Func<int, float> value) => tensor(Enumerable.Range(0, 3).Select(value).ToArray(), [1, 3, 1, 1], device: images.device);
        var converted = images * Planes(channel => Scale(to, channel)) + Planes(channel => Shift(to, channel));
        return (to.BlueFirst ? converted.flip(1) : converted).MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="Of(Tensor, Backbone)"/>
    public static OnnxValue Of(OnnxGraph graph, OnnxValue images, Backbone backbone)
    {
        var to = backbone.Normalisation;
        if (to == PixelNormalisation.ImageNet) return images;
        OnnxValue Planes(Func<int, float> value) => graph.Numbers([.. Enumerable.Range(0, 3).Select(value)], 1, 3, 1, 1);
        var converted = graph.Sum(graph.Add("Mul", [images, Planes(channel => Scale(to, channel))]), Planes(channel => Shift(to, channel)));
        return to.BlueFirst ? graph.Add("Gather", [converted, graph.Integers(2, 1, 0)], ("axis", 1L)) : converted;
    }

    private static float Scale(PixelNormalisation to, int channel) => PixelNormalisation.ImageNet.Of(channel).Deviation / to.Of(channel).Deviation;

    private static float Shift(PixelNormalisation to, int channel) => (PixelNormalisation.ImageNet.Of(channel).Mean - to.Of(channel).Mean) / to.Of(channel).Deviation;
}
