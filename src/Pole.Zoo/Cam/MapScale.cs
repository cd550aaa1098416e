using static TorchSharp.torch;

namespace Pole.Zoo.Cam;

/// <summary>Min-max normalisation of maps (jacobgil/pytorch-grad-cam, scale_cam_image; as CLIP-ES uses it).</summary>
public static class MapScale
{
    private const double Epsilon = 1e-7;

    /// <summary>(x − min) / (c + max(x − min)) of each map.</summary>
    /// <param name="maps"><c>[…, h, w]</c>.</param>
    /// <param name="constant">c.</param>
    /// <returns>Of the same shape, 0…1; 0 for a map of one value.</returns>
    public static Tensor MinMax(Tensor maps, double constant = Epsilon)
    {
        using var scope = NewDisposeScope();
        var shifted = maps - maps.amin([-2L, -1L], keepdim: true);
        return (shifted / (shifted.amax([-2L, -1L], keepdim: true) + constant)).MoveToOuterDisposeScope();
    }
}
