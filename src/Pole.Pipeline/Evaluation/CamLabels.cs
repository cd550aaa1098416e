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
        using var scope = NewDisposeScope();
        var (height, width) = ((int)cams.shape[1], (int)cams.shape[2]);
        var scores = cams.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        var labels = new byte[height * width];
        for (var pixel = 0; pixel < labels.Length; pixel++)
        {
            var best = (float)threshold;
            for (var map = 0; map < classes.Count; map++)
            {
                var score = scores[map * labels.Length + pixel];
                if (score <= best) continue;
                best = score;
                labels[pixel] = (byte)(classes[map] + 1);
            }
        }

        return new LabelMap(width, height, labels);
    }
}
