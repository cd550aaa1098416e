using Pole.Pipeline.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Refinement;

/// <summary>From walked maps to label maps (jiwoon-ahn/irn, step/make_sem_seg_labels.py).</summary>
public static class WalkLabels
{
    private const int Step = 4;

    /// <param name="maps"><c>[n, h, w]</c>, one cell for 4 × 4 pixels.</param>
    /// <param name="classes">The class of each map.</param>
    /// <param name="background">Score of the background; the strongest place of all maps has score 1.</param>
    public static LabelMap Find(Tensor maps, IReadOnlyList<int> classes, int height, int width, double background)
    {
        using var scope = NewDisposeScope();
        var enlarged = nn.functional.interpolate(maps.unsqueeze(0), [maps.shape[1] * Step, maps.shape[2] * Step], mode: InterpolationMode.Bilinear, align_corners: false)[0];
        var cropped = enlarged[TensorIndex.Colon, TensorIndex.Slice(0, height), TensorIndex.Slice(0, width)];
        return CamLabels.FromCams(cropped / cropped.max(), classes, background);
    }
}
