using Pole.Pipeline.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Refinement;

/// <summary>From walked maps to label maps.</summary>
public static class WalkLabels
{
    private const int IrNetStride = 4;

    /// <summary>Against a constant background (jiwoon-ahn/irn, step/make_sem_seg_labels.py).</summary>
    /// <param name="maps"><c>[n, h, w]</c>, one cell for stride × stride pixels.</param>
    /// <param name="classes">The class of each map.</param>
    /// <param name="background">Score of the background; the strongest place of all maps has score 1.</param>
    public static LabelMap Find(Tensor maps, IReadOnlyList<int> classes, int height, int width, double background, int stride = IrNetStride)
    {
        using var scope = NewDisposeScope();
        var enlarged = Enlarge(maps, height, width, stride);
        return CamLabels.FromCams(enlarged / enlarged.max(), classes, background);
    }

    /// <summary>Against a background that walked too (jiwoon-ahn/psa, infer_aff.py).</summary>
    /// <param name="maps"><c>[1 + n, h, w]</c>, the background first.</param>
    /// <param name="classes">The class of each further map.</param>
    public static LabelMap FindAgainstMap(Tensor maps, IReadOnlyList<int> classes, int height, int width, int stride)
    {
        using var scope = NewDisposeScope();
        var strongest = Enlarge(maps, height, width, stride).argmax(0).ToIntegers();
        return new LabelMap(width, height, [.. strongest.Select(map => map == 0 ? (byte)0 : (byte)(classes[(int)map - 1] + 1))]);
    }

    private static Tensor Enlarge(Tensor maps, int height, int width, int stride)
    {
        using var scope = NewDisposeScope();
        var enlarged = nn.functional.interpolate(maps.unsqueeze(0), [maps.shape[1] * stride, maps.shape[2] * stride], mode: InterpolationMode.Bilinear, align_corners: false)[0];
        return enlarged[TensorIndex.Colon, TensorIndex.Slice(0, height), TensorIndex.Slice(0, width)].contiguous().MoveToOuterDisposeScope();
    }
}
