using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Cam;

/// <summary>
/// Grad-CAM of a class's probability among the texts that a CLIP compares an image with (Lin et al., "CLIP is Also an Efficient Segmenter", CVPR 2023; linyq2117/CLIP-ES, generate_cams_voc12.py). Probabilities are
/// softmax(factor · cosine); the weight of a channel is the mean over the cells of the probability's gradient, the map the rectified weighted sum of the channels, from 0 to 1.
/// </summary>
public static class ClipGradCam
{
    /// <summary>Maps that one pass makes: a bound on memory that no image-level labels of VOC or COCO reach.</summary>
    private const int MapsPerPass = 32;

    /// <summary>The maps of several (class, texts) pairs, whose gradients are taken in one pass.</summary>
    /// <param name="texts">What each map's class competes among: normalised embeddings <c>[maps, texts, D]</c>.</param>
    /// <param name="targets">Of each map, the place of its class among its texts.</param>
    /// <param name="factor">On cosines: the exponential of CLIP's logit scale.</param>
    /// <returns><c>[maps, Rows, Columns]</c>, 0…1.</returns>
    public static Tensor Maps(ClipActivations image, Tensor texts, IReadOnlyList<int> targets, double factor)
    {
        using var scope = NewDisposeScope();
        var weights = cat([.. Enumerable.Range(0, targets.Count).Chunk(MapsPerPass).Select(part => Weights(image, texts[TensorIndex.Slice(part[0], part[^1] + 1)], [.. part.Select(map => (long)targets[map])], factor))], 0);
        using var noGradient = no_grad();
        return MapScale.MinMax(weights.matmul(image.Features.t()).relu().view(targets.Count, image.Rows, image.Columns)).MoveToOuterDisposeScope();
    }

    /// <returns><c>[maps, channels]</c>.</returns>
    private static Tensor Weights(ClipActivations image, Tensor texts, long[] targets, double factor)
    {
        using var scope = NewDisposeScope();
        using var gradient = enable_grad();
        var (cells, channels) = (image.Features.shape[0], image.Features.shape[1]);
        var offsets = zeros([targets.Length, channels], dtype: ScalarType.Float32, device: texts.device, requires_grad: true);
        var embeddings = image.Embed(offsets);
        var unit = CosineSimilarity.Unit(embeddings);
        var probabilities = (texts.matmul(unit.unsqueeze(2)).squeeze(2) * factor).softmax(-1);
        var ofTargets = probabilities.gather(1, tensor(targets, device: texts.device).unsqueeze(1)).sum();
        return (autograd.grad([ofTargets], [offsets])[0] / cells).MoveToOuterDisposeScope();
    }
}
