using Pole.Pipeline.Evaluation;

namespace Pole.Pipeline.Refinement;

/// <summary>
/// From CAMs to labels that can be trusted (jiwoon-ahn/irn, step/cam_to_ir_label.py): foreground where the CAMs win against a high threshold,
/// background where they lose against a low one, both refined by the CRF; in between, and where a pixel is neither, it is ignored.
/// </summary>
public static class ConfidentLabels
{
    /// <param name="cams">Normalised, classes × pixels.</param>
    /// <param name="classes">The class of each map.</param>
    /// <param name="foreground">Threshold above which a CAM is foreground (0.3).</param>
    /// <param name="background">Threshold below which all CAMs are background (0.1 in CLIMS, 0.05 in IRNet).</param>
    public static LabelMap Find(RgbImage image, ReadOnlySpan<float> cams, IReadOnlyList<int> classes, double foreground, double background, DenseCrfOptions options)
    {
        var sure = Refine(image, cams, classes.Count, foreground, options);
        var possible = Refine(image, cams, classes.Count, background, options);
        var labels = new byte[sure.Length];
        for (var pixel = 0; pixel < labels.Length; pixel++)
            labels[pixel] = sure[pixel] > 0 ? (byte)(classes[sure[pixel] - 1] + 1) : possible[pixel] > 0 ? LabelMap.Ignored : (byte)0;
        return new LabelMap(image.Width, image.Height, labels);
    }

    /// <summary>IRNet's form of the CRF on labels: background and every class that is present compete, whether they have pixels or not.</summary>
    /// <param name="labels">0 for background, m + 1 for map m.</param>
    /// <param name="maps">Classes that are present.</param>
    public static byte[] Refine(RgbImage image, ReadOnlySpan<byte> labels, int maps, DenseCrfOptions options) =>
        maps == 0 ? labels.ToArray() : DenseCrf.Labels(DenseCrf.FromLabels(image, labels, maps + 1, options), maps + 1);

    private static byte[] Refine(RgbImage image, ReadOnlySpan<float> cams, int maps, double threshold, DenseCrfOptions options) =>
        Refine(image, CamLabels.Strongest(cams, image.Width * image.Height, threshold), maps, options);
}
