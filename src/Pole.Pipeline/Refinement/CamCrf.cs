using Pole.Pipeline.Evaluation;

namespace Pole.Pipeline.Refinement;

/// <summary>The dense CRF on the scores of CAMs: −log of the CAMs and of a background score (1 − the strongest CAM)^power are its unary energies, not normalised over the labels (jiwoon-ahn/psa, infer_cls.py; linyq2117/CLIP-ES, eval_cam_with_crf.py).</summary>
internal static class CamCrf
{
    /// <summary>Scores below it are raised to it before the logarithm (pydensecrf, utils.py, unary_from_softmax).</summary>
    private const float LeastScore = 1e-5f;

    /// <param name="cams">0…1, maps × pixels.</param>
    /// <param name="maps">Number of maps.</param>
    /// <param name="power">Of the background score.</param>
    /// <returns>0 for background, m + 1 for map m.</returns>
    public static byte[] Labels(RgbImage image, ReadOnlySpan<float> cams, int maps, double power, DenseCrfOptions options) => DenseCrf.Labels(Marginals(image, cams, maps, power, options), maps + 1);

    /// <returns>Pixels × labels: of the background, then of each map.</returns>
    /// <inheritdoc cref="Labels"/>
    public static float[] Marginals(RgbImage image, ReadOnlySpan<float> cams, int maps, double power, DenseCrfOptions options)
    {
        var scores = CamLabels.WithPowerBackground(cams, image.Width * image.Height, power);
        foreach (ref var score in scores.AsSpan()) score = Math.Clamp(score, LeastScore, 1);
        return DenseCrf.FromProbabilities(image, scores, maps + 1, options);
    }
}
