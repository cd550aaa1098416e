using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Objective;

/// <summary>Images split by activation maps (CVI-SZU/CLIMS, step/train_clims.py).</summary>
public static class MaskedImages
{
    /// <summary>Foreground P·X and background (1 − P)·X of each pair, both <c>[pairs, 3, R, R]</c>; maps and images are resized apart, corners aligned.</summary>
    /// <param name="maps">P, <c>[N, K, h, w]</c>, 0…1.</param>
    /// <param name="images">X, <c>[N, 3, H, W]</c>.</param>
    /// <param name="resolution">R, in pixels.</param>
    public static (Tensor Foreground, Tensor Background) Split(Tensor maps, Tensor images, IReadOnlyList<(int Image, int Class)> pairs, int resolution)
    {
        using var scope = NewDisposeScope();
        var imageIndices = tensor(pairs.Select(pair => (long)pair.Image).ToArray(), device: maps.device);
        var classIndices = tensor(pairs.Select(pair => (long)pair.Class).ToArray(), device: maps.device);
        var masks = Resize(maps[imageIndices, classIndices].unsqueeze(1), resolution);
        var pictures = Resize(images, resolution).index_select(0, imageIndices);
        return ((masks * pictures).MoveToOuterDisposeScope(), ((1 - masks) * pictures).MoveToOuterDisposeScope());
    }

    private static Tensor Resize(Tensor input, int resolution) =>
        nn.functional.interpolate(input, [resolution, resolution], mode: InterpolationMode.Bilinear, align_corners: true);
}
