using BenchmarkDotNet.Attributes;
using Pole.Pipeline.Refinement;
using Pole.Pipeline.Tests;

namespace Pole.Benchmarks;

/// <summary>The dense CRF on three labels: four times the pixels should cost four times as much. The exact form, over all pairs, costs sixteen times.</summary>
[Config(typeof(InProcessConfig)), MemoryDiagnoser(displayGenColumns: false)]
public class DenseCrfGrowthBenchmarks
{
    /// <summary>Beyond this the exact form has more pairs than memory.</summary>
    private const int LargestExactSide = 64;

    private readonly DenseCrfOptions options = new();
    private RgbImage image = new(1, 1, [0, 0, 0]);
    private float[] probabilities = [];

    [Params(32, 64, 128, 256)]
    public int Side { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        var random = new Random(0);
        image = new RgbImage(Side, Side, [.. Enumerable.Range(0, Side * Side * 3).Select(index => (byte)(index / 3 % Side * 255 / Side * (index % 3 + 1) / 3 + random.Next(12)))]);
        probabilities = [.. Enumerable.Range(0, 3 * Side * Side).Select(index => index % Side * 3 / Side == index / (Side * Side) ? 0.7f : 0.15f)];
    }

    [Benchmark(Baseline = true)]
    public float[] Lattice() => DenseCrf.FromProbabilities(image, probabilities, 3, options);

    [Benchmark]
    public float[] Exact() => Side <= LargestExactSide ? ExactMeanField.Infer(image, probabilities, 3, options) : throw new NotSupportedException($"{Side} × {Side} pixels have too many pairs");
}
