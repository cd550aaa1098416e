using BenchmarkDotNet.Attributes;
using Pole.Pipeline.Evaluation;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>
/// The CAMs of one image of VOC's size against the ground truth, at one threshold and at a hundred: ours; as careful PyTorch does it, with the arg-max over the classes taken once and a histogram of truth · labels + prediction at each threshold;
/// and as the published code does it (jiwoon-ahn/irn, step/eval_cam.py, and chainercv's calc_semseg_confusion), which joins a map of the threshold to the CAMs and takes the arg-max anew at each.
/// </summary>
[Config(typeof(InProcessConfig))]
public class EvaluationBenchmarks
{
    private const int Width = 500, Height = 375, Labels = 21;

    private static readonly int[] Present = [3, 14];

    private LabelMap truth = new(1, 1, [0]);
    private float[] cams = [];
    private Tensor actual = null!, maps = null!, labelOfMap = null!;

    [Params(1, 100)]
    public int Thresholds { get; set; } = 100;

    private double[] Grid => [.. Enumerable.Range(0, Thresholds).Select(step => (step + 0.5) / Thresholds)];

    [GlobalSetup]
    public void Draw()
    {
        (truth, cams) = (LabelMaps.Smooth(Width, Height, Labels, 0), LabelMaps.Cams(Width, Height, Present.Length));
        actual = tensor(truth.Labels).reshape(-1);
        maps = tensor(cams).view(Present.Length, Width * Height);
        labelOfMap = tensor(Present.Select(present => present + 1L).Prepend(0).ToArray());
        double[] scores = [Careful(), Ours(), Published()];
        if (scores.Max() - scores.Min() > 1e-12) throw new InvalidOperationException($"the forms differ: {string.Join(", ", scores)}");
    }

    [Benchmark(Baseline = true)]
    public double Careful()
    {
        using var scope = NewDisposeScope();
        var counted = actual != LabelMap.Ignored;
        var rows = actual.masked_select(counted).to(ScalarType.Int64) * Labels;
        var (strength, strongest) = maps.max(0);
        var (scores, predicted) = (strength.masked_select(counted), labelOfMap.index_select(0, strongest.masked_select(counted) + 1));
        return Grid.Max(threshold =>
        {
            using var inner = NewDisposeScope();
            return MeanIou(bincount(rows + predicted * (scores > (float)threshold), minlength: Labels * Labels));
        });
    }

    [Benchmark]
    public double Ours()
    {
        var sweep = new ThresholdSweep(Labels, Grid);
        sweep.Add(truth, cams, Present);
        return sweep.Results().Max(result => result.Confusion.MeanIntersectionOverUnion());
    }

    [Benchmark]
    public double Published() => Grid.Max(threshold =>
    {
        using var scope = NewDisposeScope();
        var counted = actual != LabelMap.Ignored;
        var predicted = labelOfMap.index_select(0, cat([full([1, Width * Height], (float)threshold), maps]).argmax(0));
        return MeanIou(bincount(actual.masked_select(counted).to(ScalarType.Int64) * Labels + predicted.masked_select(counted), minlength: Labels * Labels));
    });

    private static double MeanIou(Tensor histogram)
    {
        using var scope = NewDisposeScope();
        var confusion = histogram.view(Labels, Labels).to(ScalarType.Float64);
        var intersection = confusion.diag();
        var union = confusion.sum([0L]) + confusion.sum([1L]) - intersection;
        return (intersection / union).masked_select(union > 0).mean().item<double>();
    }
}
