using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Cam;

/// <summary>Sums the CAMs of several scales (CVI-SZU/CLIMS, step/make_clims.py and misc/imutils.py).</summary>
public static class CamFusion
{
    private const int PaddingStep = 16;
    private const double Epsilon = 1e-5;

    /// <param name="outputs">One map <c>[K, h, w]</c> per scale.</param>
    /// <param name="present">Classes to keep, ascending.</param>
    public static FusedCam Fuse(IReadOnlyList<Tensor> outputs, int height, int width, IReadOnlyList<int> present)
    {
        using var scope = NewDisposeScope();
        var keep = tensor(present.Select(index => (long)index).ToArray(), device: outputs[0].device);
        var strided = Sum(outputs, keep, FusedCam.CellsOf(height), FusedCam.CellsOf(width));
        var padded = Sum(outputs, keep, CeilingTo(height, PaddingStep), CeilingTo(width, PaddingStep));
        var cropped = padded[TensorIndex.Colon, TensorIndex.Slice(0, height), TensorIndex.Slice(0, width)];
        return new FusedCam(present, Normalise(strided).MoveToOuterDisposeScope(), Normalise(cropped).MoveToOuterDisposeScope());
    }

    private static Tensor Sum(IReadOnlyList<Tensor> outputs, Tensor keep, int height, int width) =>
        outputs.Select(output => nn.functional.interpolate(output.index_select(0, keep).unsqueeze(0), [height, width], mode: InterpolationMode.Bilinear, align_corners: false)[0])
            .Aggregate((sum, next) => sum + next);

    private static Tensor Normalise(Tensor maps) => maps / (maps.amax([1L, 2L], keepdim: true) + Epsilon);

    private static int CeilingTo(int size, int step) => (size + step - 1) / step * step;
}
