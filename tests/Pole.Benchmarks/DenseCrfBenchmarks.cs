using BenchmarkDotNet.Attributes;
using Pole.Pipeline.Refinement;

namespace Pole.Benchmarks;

/// <summary>The dense CRF on three labels: four times the pixels should cost four times as much. The exact form costs sixteen times.</summary>
[Config(typeof(InProcessConfig))]
public class DenseCrfBenchmarks
{
    private RgbImage image = new(1, 1, [0, 0, 0]);
    private byte[] labels = [];

    [Params(64, 128, 256)]
    public int Side { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        var random = new Random(0);
        image = new RgbImage(Side, Side, [.. Enumerable.Range(0, Side * Side * 3).Select(index => (byte)(index / 3 % Side * 255 / Side * (index % 3 + 1) / 3 + random.Next(12)))]);
        labels = [.. Enumerable.Range(0, Side * Side).Select(pixel => (byte)(pixel % Side * 3 / Side))];
    }

    [Benchmark]
    public float[] TenIterations() => DenseCrf.FromLabels(image, labels, 3, new DenseCrfOptions());
}
