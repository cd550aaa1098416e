using Pole.Data.Imaging;
using static TorchSharp.torch;

namespace Pole.Pipeline.Inference;

/// <summary>How CLIP sees an image under its CAMs (rB080/WSS_POLE, sim_test.ipynb: image × CAM through CLIP's own preprocessing).</summary>
public static class MaskedFeatures
{
    /// <param name="cams"><c>[n, H, W]</c> of the image's size, 0…1.</param>
    /// <returns>CLIP embeddings <c>[n, D]</c> on the CPU.</returns>
    public static Tensor Embed(ClipModel clip, RgbImage image, Tensor cams, Masking masking, Device device)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var plane = image.Width * image.Height;
        var values = cams.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        var views = Enumerable.Range(0, (int)cams.shape[0])
            .Select(map => ClipPreprocessing.Apply(MaskedImage.Compose(image, values.AsSpan(map * plane, plane), masking), clip.ImageResolution, clip.Normalisation));
        return clip.EncodeImage(stack(views).to(device)).cpu().MoveToOuterDisposeScope();
    }
}
