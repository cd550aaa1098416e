namespace Pole.Pipeline.Inference.FrozenClip;

/// <summary>How well one class's CAM covers what is labelled as it.</summary>
internal static class TruthOverlap
{
    /// <summary>Where a CAM beats the background score (1 − CAM)^1.</summary>
    private const float Foreground = 0.5f;

    /// <summary>IoU of one class; pixels that the truth ignores do not count.</summary>
    /// <param name="cam">0…1, of the size of the truth.</param>
    /// <param name="index">0-based.</param>
    /// <returns>0 where there is neither.</returns>
    public static double Of(ReadOnlySpan<float> cam, LabelMap truth, int index)
    {
        var (intersection, union) = (0L, 0L);
        for (var pixel = 0; pixel < cam.Length; pixel++)
        {
            if (truth.Labels[pixel] == LabelMap.Ignored) continue;
            var (found, labelled) = (cam[pixel] > Foreground, truth.Labels[pixel] == index + 1);
            if (found && labelled) intersection++;
            if (found || labelled) union++;
        }

        return union == 0 ? 0 : (double)intersection / union;
    }
}
