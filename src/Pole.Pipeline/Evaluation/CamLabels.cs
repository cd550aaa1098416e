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
        return OfMaps(Strongest(cams.ToFloats(), height * width, threshold), width, height, classes);
    }

    /// <summary>
    /// The background scores (1 − the strongest map)^gamma instead (AffinityNet, Ahn and Kwak 2018; jiwoon-ahn/psa, infer_cls.py); a tie is
    /// background. Where no class is present everything is.
    /// </summary>
    /// <param name="cams">Normalised, maps × pixels.</param>
    /// <returns>The strongest map of each pixel, counted from 1; 0 for background.</returns>
    public static byte[] StrongestAgainstPower(ReadOnlySpan<float> cams, int pixels, double gamma)
    {
        var strongest = new byte[pixels];
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var (best, map) = (0f, 0);
            for (var other = 0; other * pixels < cams.Length; other++)
                if (cams[other * pixels + pixel] is var score && score > best) (best, map) = (score, other + 1);
            if (best > PowerBackground(best, gamma)) strongest[pixel] = (byte)map;
        }

        return strongest;
    }

    /// <summary>The background score (1 − the strongest map)^gamma of a pixel. Published CAMs may exceed 1 by the spacing of 16-bit floats.</summary>
    public static float PowerBackground(float strongest, double gamma) => MathF.Pow(MathF.Max(0, 1 - strongest), (float)gamma);

    /// <summary>The background score (1 − the strongest map)^gamma of each pixel, then the maps: background and maps × pixels.</summary>
    /// <param name="cams">Maps × pixels.</param>
    public static float[] WithPowerBackground(ReadOnlySpan<float> cams, int pixels, double gamma)
    {
        var scores = new float[pixels + cams.Length];
        cams.CopyTo(scores.AsSpan(pixels));
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var strongest = 0f;
            for (var map = 0; map < cams.Length; map += pixels) strongest = Math.Max(strongest, cams[map + pixel]);
            scores[pixel] = PowerBackground(strongest, gamma);
        }

        return scores;
    }

    /// <summary>Labels of the data set from those of <see cref="Strongest"/>.</summary>
    public static LabelMap OfMaps(ReadOnlySpan<byte> strongest, int width, int height, IReadOnlyList<int> classes)
    {
        var labels = new byte[strongest.Length];
        for (var pixel = 0; pixel < labels.Length; pixel++)
            if (strongest[pixel] > 0) labels[pixel] = (byte)(classes[strongest[pixel] - 1] + 1);
        return new LabelMap(width, height, labels);
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
