using Pole.Pipeline.Evaluation;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// Confident labels of AffinityNet (jiwoon-ahn/psa, infer_cls.py; combined as in voc12/data.py, VOC12AffDataset). The background scores (1 − the strongest CAM)^α, the CRF refines the scores of
/// background and CAMs as probabilities. A low α raises the background's score: what is foreground even so is confidently foreground. A high α lowers it: what is background even so is confidently
/// background. Other pixels are ignored.
/// </summary>
public static class AlphaLabels
{
    /// <summary>Scores below it are raised to it before the logarithm (pydensecrf, utils.py, unary_from_softmax).</summary>
    private const float LeastScore = 1e-5f;

    /// <param name="cams">Normalised, classes × pixels.</param>
    /// <param name="classes">The class of each map.</param>
    /// <param name="foregroundAlpha">Power of the background score for confident foreground (4).</param>
    /// <param name="backgroundAlpha">Power of the background score for confident background (32).</param>
    public static LabelMap Find(RgbImage image, ReadOnlySpan<float> cams, IReadOnlyList<int> classes, double foregroundAlpha, double backgroundAlpha, DenseCrfOptions options)
    {
        var low = Refine(image, cams, classes.Count, foregroundAlpha, options);
        var high = Refine(image, cams, classes.Count, backgroundAlpha, options);
        var labels = new byte[low.Length];
        for (var pixel = 0; pixel < labels.Length; pixel++)
            labels[pixel] = high[pixel] == 0 ? (byte)0 : low[pixel] == 0 ? LabelMap.Ignored : (byte)(classes[low[pixel] - 1] + 1);
        return new LabelMap(image.Width, image.Height, labels);
    }

    /// <returns>0 for background, m + 1 for map m.</returns>
    private static byte[] Refine(RgbImage image, ReadOnlySpan<float> cams, int maps, double alpha, DenseCrfOptions options) =>
        DenseCrf.Labels(DenseCrf.FromProbabilities(image, Scores(cams, image.Width * image.Height, maps, alpha), maps + 1, options), maps + 1);

    /// <summary>Background and maps × pixels.</summary>
    private static float[] Scores(ReadOnlySpan<float> cams, int pixels, int maps, double alpha)
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

            scores[pixel] = Math.Clamp(CamLabels.PowerBackground(strongest, alpha), LeastScore, 1);
        }

        return scores;
    }
}
