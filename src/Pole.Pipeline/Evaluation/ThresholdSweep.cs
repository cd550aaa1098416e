using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Pole.Pipeline.Evaluation;

/// <summary>
/// CAMs against the ground truth at every background threshold of a grid, in one pass: a pixel's prediction at a threshold is its
/// strongest class where that beats the threshold, so one histogram of strengths holds every confusion matrix exactly.
/// </summary>
public sealed class ThresholdSweep
{
    private const int Buckets = 1024;

    private readonly int labels;
    private readonly float[] thresholds;

    /// <summary>For each of as many equal parts of 0…1, the thresholds below its lower end.</summary>
    private readonly int[] buckets;

    /// <summary>Pixels by number of thresholds that the strongest class beats, truth, and that class.</summary>
    private readonly long[] counts;

    /// <param name="labels">Classes and background.</param>
    /// <param name="thresholds">Ascending, at least one.</param>
    public ThresholdSweep(int labels, IReadOnlyList<double> thresholds)
    {
        this.labels = labels;
        this.thresholds = [.. thresholds.Select(threshold => (float)threshold)];
        buckets = [.. Enumerable.Range(0, Buckets).Select(bucket => this.thresholds.Count(threshold => threshold < (float)bucket / Buckets))];
        counts = new long[(thresholds.Count + 1) * labels * labels];
    }

    /// <param name="cams">Normalised, classes × pixels.</param>
    /// <param name="classes">The class of each map.</param>
    /// <exception cref="ExperimentException">The maps are not of the ground truth's size, or a label is neither below the number of labels nor 255; names the file.</exception>
    public void Add(LabelMap truth, ReadOnlySpan<float> cams, IReadOnlyList<int> classes)
    {
        var pixels = truth.Labels.Length;
        if (cams.Length != pixels * classes.Count) throw new ExperimentException($"{truth.Source ?? "a label map"} is {truth.Width}×{truth.Height}, its {classes.Count} CAMs have {cams.Length} values; a label map has the size of its image");
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var actual = truth.Labels[pixel];
            if (actual == LabelMap.Ignored) continue;
            if (actual >= labels) throw truth.OutOfRange(pixel, labels);
            var (best, strongest) = (float.NegativeInfinity, 0);
            for (var map = 0; map < classes.Count; map++)
            {
                var score = cams[map * pixels + pixel];
                if (score <= best) continue;
                (best, strongest) = (score, classes[map] + 1);
            }

            counts[(Beaten(best) * labels + actual) * labels + strongest]++;
        }
    }

    /// <summary>Writes what was counted, for <see cref="Add(string)"/>.</summary>
    public void Write(string path)
    {
        using var file = new ZLibStream(File.Create(path), CompressionLevel.Fastest);
        file.Write(MemoryMarshal.AsBytes<long>(counts));
    }

    /// <summary>Adds what a sweep of the same labels and thresholds wrote.</summary>
    public void Add(string path)
    {
        var added = new long[counts.Length];
        InputFile.Read(path, "counts of a sweep", "run the stage again", () =>
        {
            using var file = new ZLibStream(File.OpenRead(path), CompressionMode.Decompress);
            file.ReadExactly(MemoryMarshal.AsBytes(added.AsSpan()));
        });
        for (var index = 0; index < counts.Length; index++) counts[index] += added[index];
    }

    /// <summary>The confusion matrix at each threshold, in the order of the thresholds.</summary>
    public IReadOnlyList<(double Threshold, ConfusionMatrix Confusion)> Results() => [.. Enumerable.Range(0, thresholds.Length).Select(index => ((double)thresholds[index], At(index)))];

    private ConfusionMatrix At(int index)
    {
        var confusion = new ConfusionMatrix(labels);
        for (var beaten = 0; beaten <= thresholds.Length; beaten++)
        for (var truth = 0; truth < labels; truth++)
        for (var strongest = 0; strongest < labels; strongest++)
            confusion.Add(truth, beaten > index ? strongest : 0, counts[(beaten * labels + truth) * labels + strongest]);
        return confusion;
    }

    /// <summary>How many thresholds are below a score: looked up for the bucket's lower end, then counted on.</summary>
    private int Beaten(float score)
    {
        var beaten = buckets[(int)Math.Clamp(score * Buckets, 0, Buckets - 1)];
        while (beaten < thresholds.Length && thresholds[beaten] < score) beaten++;
        return beaten;
    }
}
