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
    public static byte[] Labels(RgbImage image, ReadOnlySpan<float> cams, int maps, double power, DenseCrfOptions options) =>
        DenseCrf.Labels(DenseCrf.FromProbabilities(image, Scores(cams, image.Width * image.Height, maps, power), maps + 1, options), maps + 1);

    /// <summary>Background and maps × pixels.</summary>
    private static float[] Scores(ReadOnlySpan<float> cams, int pixels, int maps, double power)
    {
        var scores = new float[(maps + 1) * pixels];
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var strongest = 0f;
            for (var map = 0; map < maps; map++)
            {
                var score = cams[map * pixels + pixel];
                strongest = Math.Max(strongest, score);
                scores[(map + 1) * pixels + pixel] = Math.Clamp(score, LeastScore, 1);
            }

            scores[pixel] = Math.Clamp(CamLabels.PowerBackground(strongest, power), LeastScore, 1);
        }

        return scores;
    }
}
