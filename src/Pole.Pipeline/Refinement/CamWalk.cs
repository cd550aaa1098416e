using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Refinement;

/// <summary>How CAMs walk (IRNet, Ahn et al. 2019).</summary>
/// <param name="Beta">Power of the affinities.</param>
/// <param name="ExpTimes">2 to this power are the steps.</param>
/// <param name="Background">Score of the background against the walked CAMs.</param>
/// <param name="BackgroundPower">The background is a map that walks too, (1 − the strongest CAM) to this power; null for the constant.</param>
public sealed record WalkSettings(double Beta, int ExpTimes, double Background, double? BackgroundPower)
{
    public static WalkSettings Of(RefinementOptions options) => new(options.Beta, options.ExpTimes, options.WalkBackground, options.BackgroundPower);
}

/// <summary>Lets the CAMs of an image walk along its affinities, and takes the labels of where they arrive.</summary>
public static class CamWalk
{
    private const int StridedCamStride = 4;

    /// <param name="cam">On the CPU.</param>
    /// <param name="stride">Pixels a cell.</param>
    public static LabelMap Run(FusedCam cam, CellAffinities cells, int stride, WalkSettings settings)
    {
        using var scope = NewDisposeScope();
        var walk = new RandomWalk(cells, settings.Beta);
        var (height, width) = ((int)cam.HighResolution.shape[1], (int)cam.HighResolution.shape[2]);
        var maps = settings.BackgroundPower is { } power ? Pool(cat([(1 - cam.HighResolution.amax([0L], keepdim: true)).pow(power), cam.HighResolution], 0), stride)
            : stride == StridedCamStride ? cam.Strided : Pool(cam.HighResolution, stride);
        var walked = Enumerable.Range(0, (int)maps.shape[0]).SelectMany(map => walk.Propagate(maps[map].ToFloats(), 1 << settings.ExpTimes)).ToArray();
        var arrived = tensor(walked, [maps.shape[0], cells.Height, cells.Width], device: CPU);
        return settings.BackgroundPower is null
            ? WalkLabels.Find(arrived, cam.Classes, height, width, settings.Background, stride)
            : WalkLabels.FindAgainstMap(arrived, cam.Classes, height, width, stride);
    }

    /// <summary>Means over cells; what lies beyond the image counts as 0.</summary>
    private static Tensor Pool(Tensor maps, int stride)
    {
        var (bottom, right) = ((stride - maps.shape[1] % stride) % stride, (stride - maps.shape[2] % stride) % stride);
        return nn.functional.avg_pool2d(nn.functional.pad(maps, [0, right, 0, bottom]), stride, stride);
    }
}
