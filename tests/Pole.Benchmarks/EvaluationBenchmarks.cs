using BenchmarkDotNet.Attributes;
using Pole.Pipeline.Evaluation;

namespace Pole.Benchmarks;

/// <summary>One image of VOC's size: a confusion matrix at one threshold, and the sweep over a hundred.</summary>
[Config(typeof(InProcessConfig))]
public class EvaluationBenchmarks
{
    private const int Width = 500, Height = 375, Labels = 21;

    private LabelMap truth = new(1, 1, [0]), prediction = new(1, 1, [0]);
    private float[] cams = [];

    [GlobalSetup]
    public void Draw()
    {
        var random = new Random(0);
        truth = new LabelMap(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(_ => (byte)random.Next(Labels))]);
        prediction = new LabelMap(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(_ => (byte)random.Next(Labels))]);
        cams = [.. Enumerable.Range(0, 2 * Width * Height).Select(_ => random.NextSingle())];
    }

    [Benchmark(Baseline = true)]
    public double OneThreshold()
    {
        var confusion = new ConfusionMatrix(Labels);
        confusion.Add(truth, prediction);
        return confusion.MeanIntersectionOverUnion();
    }

    [Benchmark]
    public ThresholdSweep HundredThresholds()
    {
        var sweep = new ThresholdSweep(Labels, [.. Enumerable.Range(0, 100).Select(step => step / 100.0)]);
        sweep.Add(truth, cams, [3, 14]);
        return sweep;
    }
}
