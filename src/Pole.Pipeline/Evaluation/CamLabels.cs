using static TorchSharp.torch;

namespace Pole.Pipeline.Evaluation;

/// <summary>From CAMs to labels (CVI-SZU/CLIMS, step/eval_cam.py).</summary>
public static class CamLabels
{
    /// <summary>The background scores a constant; the first of the highest scores wins, so a tie with the threshold is background.</summary>
    /// <param name="cams"><c>[n, H, W]</c>, each class divided by its maximum.</param>
    /// <param name="classes">The class of each map.</param>
    public static LabelMap FromCams(Tensor cams, IReadOnlyList<int> classes, double threshold)
    {
        var (height, width) = ((int)cams.shape[1], (int)cams.shape[2]);
        var strongest = Strongest(cams.ToFloats(), height * width, threshold);
        return new LabelMap(width, height, [.. strongest.Select(map => map == 0 ? (byte)0 : (byte)(classes[map - 1] + 1))]);
    }

    /// <summary>The strongest map of each pixel, counted from 1; 0 where none beats the threshold.</summary>
    /// <param name="cams">Maps × pixels.</param>
    public static byte[] Strongest(ReadOnlySpan<float> cams, int pixels, double threshold)
    {
        var strongest = new byte[pixels];
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var best = (float)threshold;
            for (var map = 0; map * pixels < cams.Length; map++)
            {
                var score = cams[map * pixels + pixel];
                if (score <= best) continue;
                (best, strongest[pixel]) = (score, (byte)(map + 1));
            }
        }

        return strongest;
    }
}
