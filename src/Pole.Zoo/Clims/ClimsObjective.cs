using Pole.Zoo.Adaptors;
using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Clims;

/// <summary>The CLIMS losses of one batch, each a scalar before its weight.</summary>
public sealed record ClimsTerms(Tensor Total, Tensor Otm, Tensor Btm, Tensor Cbs, Tensor Reg);

/// <summary>
/// CLIP as the judge of activation maps (CVI-SZU/CLIMS, step/train_clims.py). For each (image, present class) pair the map
/// splits the image into foreground P·X and background (1 − P)·X, and CLIP compares both with the pair's prompt.
/// </summary>
/// <param name="clip">Frozen, in evaluation mode. It sees ImageNet-normalised pixels, as published.</param>
public sealed class ClimsObjective(ClipModel clip, ClimsLossOptions options, ResidualAdaptor imageAdaptor, ResidualAdaptor textAdaptor)
{
    /// <param name="activations">P, <c>[N, K, h, w]</c> in 0…1.</param>
    /// <param name="images"><c>[N, 3, H, W]</c>, ImageNet-normalised.</param>
    /// <param name="pairs">(image, class) of every present class, at least one.</param>
    /// <param name="promptFeatures">CLIP embedding of each pair's prompt, <c>[pairs, D]</c>.</param>
    /// <param name="backgroundFeatures">CLIP embeddings of the background prompts, <c>[B, D]</c>; null where there are none.</param>
    public ClimsTerms Compute(Tensor activations, Tensor images, IReadOnlyList<(int Image, int Class)> pairs, Tensor promptFeatures, Tensor? backgroundFeatures)
    {
        using var scope = NewDisposeScope();
        var (foreground, background) = Split(activations, images, pairs, clip.ImageResolution);
        var texts = textAdaptor.call(promptFeatures);
        var features = imageAdaptor.call(clip.EncodeImage(cat([foreground, background], 0)));
        var foregroundFeatures = features[TensorIndex.Slice(0, pairs.Count)];

        var otm = SimilarityLosses.Maximise(CosineSimilarity.OfPairs(foregroundFeatures, texts));
        var btm = SimilarityLosses.Minimise(CosineSimilarity.OfPairs(features[TensorIndex.Slice(pairs.Count)], texts));
        var cbs = backgroundFeatures is null
            ? zeros_like(otm)
            : SimilarityLosses.SuppressAbove(CosineSimilarity.Between(foregroundFeatures, textAdaptor.call(backgroundFeatures)), options.BackgroundThreshold);
        var reg = activations.mean();
        var total = otm * options.Otm + btm * options.Btm + cbs * options.Cbs + reg * options.Reg;
        return new ClimsTerms(total.MoveToOuterDisposeScope(), otm.MoveToOuterDisposeScope(), btm.MoveToOuterDisposeScope(),
            cbs.MoveToOuterDisposeScope(), reg.MoveToOuterDisposeScope());
    }

    /// <summary>Foreground and background of each pair at CLIP's resolution, both <c>[pairs, 3, R, R]</c>; maps and image are resized apart, corners aligned.</summary>
    public static (Tensor Foreground, Tensor Background) Split(Tensor activations, Tensor images, IReadOnlyList<(int Image, int Class)> pairs, int resolution)
    {
        using var scope = NewDisposeScope();
        var imageIndices = tensor(pairs.Select(pair => (long)pair.Image).ToArray(), device: activations.device);
        var classIndices = tensor(pairs.Select(pair => (long)pair.Class).ToArray(), device: activations.device);
        var maps = Resize(activations[imageIndices, classIndices].unsqueeze(1), resolution);
        var pictures = Resize(images, resolution).index_select(0, imageIndices);
        return ((maps * pictures).MoveToOuterDisposeScope(), ((1 - maps) * pictures).MoveToOuterDisposeScope());
    }

    private static Tensor Resize(Tensor input, int resolution) =>
        nn.functional.interpolate(input, [resolution, resolution], mode: InterpolationMode.Bilinear, align_corners: true);
}
