using Pole.Pipeline.Refinement.Steps;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Refinement;

/// <summary>Lets the CAMs of an image walk along its affinities, and takes the labels of where they arrive.</summary>
public static class CamWalk
{
    /// <param name="cam">On the CPU.</param>
    /// <param name="stride">Pixels a cell.</param>
    public static LabelMap Run(FusedCam cam, CellAffinities cells, int stride, RandomWalkOptions options)
    {
        using var scope = NewDisposeScope();
        var walk = new RandomWalk(cells, options.Beta);
        var (height, width) = ((int)cam.HighResolution.shape[1], (int)cam.HighResolution.shape[2]);
        var maps = options.BackgroundPower is { } power ? Pool(cat([(1 - cam.HighResolution.amax([0L], keepdim: true)).pow(power), cam.HighResolution], 0), stride)
            : stride == FusedCam.Stride ? cam.Strided : Pool(cam.HighResolution, stride);
        var walked = Enumerable.Range(0, (int)maps.shape[0]).SelectMany(map => walk.Propagate(maps[map].ToFloats(), 1 << options.ExpTimes)).ToArray();
        var arrived = tensor(walked, [maps.shape[0], cells.Height, cells.Width], device: CPU);
        return options.BackgroundPower is null
            ? WalkLabels.Find(arrived, cam.Classes, height, width, options.Background, stride)
            : WalkLabels.FindAgainstMap(arrived, cam.Classes, height, width, stride);
    }

    /// <summary>Means over cells; what lies beyond the image counts as 0.</summary>
    private static Tensor Pool(Tensor maps, int stride)
    {
        var (bottom, right) = ((stride - maps.shape[1] % stride) % stride, (stride - maps.shape[2] % stride) % stride);
        return nn.functional.avg_pool2d(nn.functional.pad(maps, [0, right, 0, bottom]), stride, stride);
    }
}
