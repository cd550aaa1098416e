namespace Pole.Pipeline.Refinement;

/// <summary>
/// Confident labels of AffinityNet (jiwoon-ahn/psa, infer_cls.py; combined as in voc12/data.py, VOC12AffDataset). The background scores (1 − the strongest CAM)^α, the CRF refines the scores of
/// background and CAMs as probabilities. A low α raises the background's score: what is foreground even so is confidently foreground. A high α lowers it: what is background even so is confidently
/// background. Other pixels are ignored.
/// </summary>
public static class AlphaLabels
{
    /// <param name="cams">Normalised, classes × pixels.</param>
    /// <param name="classes">The class of each map.</param>
    /// <param name="foregroundAlpha">Power of the background score for confident foreground (4).</param>
    /// <param name="backgroundAlpha">Power of the background score for confident background (32).</param>
    public static LabelMap Find(RgbImage image, ReadOnlySpan<float> cams, IReadOnlyList<int> classes, double foregroundAlpha, double backgroundAlpha, DenseCrfOptions options)
    {
        var low = CamCrf.Labels(image, cams, classes.Count, foregroundAlpha, options);
        var high = CamCrf.Labels(image, cams, classes.Count, backgroundAlpha, options);
        var labels = new byte[low.Length];
        for (var pixel = 0; pixel < labels.Length; pixel++)
            labels[pixel] = high[pixel] == 0 ? (byte)0 : low[pixel] == 0 ? LabelMap.Ignored : (byte)(classes[low[pixel] - 1] + 1);
        return new LabelMap(image.Width, image.Height, labels);
    }
}
