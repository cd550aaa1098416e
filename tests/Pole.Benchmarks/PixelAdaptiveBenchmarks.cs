using BenchmarkDotNet.Attributes;
using Pole.Pipeline.Refinement;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>
/// Pixel-adaptive refinement beside the dense CRF and beside torch's operators on a photograph of VOC's size, each on one thread with its published settings. torch is given the
/// weights, and takes one neighbour at a time, so that nothing of 48 × labels × pixels is made.
/// </summary>
[Config(typeof(InProcessConfig)), MemoryDiagnoser(displayGenColumns: false)]
public class PixelAdaptiveBenchmarks
{
    private const int Width = 500, Height = 375;

    private readonly PixelAdaptiveOptions options = new();
    private RgbImage image = new(1, 1, [0, 0, 0]);
    private float[] probabilities = [];
    private Tensor masks = zeros(1), weights = zeros(1);

    /// <summary>All of VOC's labels, and a photograph with two classes.</summary>
    [Params(3, 21)]
    public int Labels { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        set_num_threads(1);
        var random = new Random(0);
        image = new RgbImage(Width, Height, [.. Enumerable.Range(0, Width * Height * 3).Select(index => (byte)(index / 3 % Width * 220 / Width * (index % 3 + 1) / 3 + random.Next(12)))]);
        probabilities = [.. Enumerable.Range(0, Labels * Width * Height).Select(index => index % Width * Labels / Width == index / (Width * Height) ? 0.5f : 0.5f / (Labels - 1))];
        masks = tensor(probabilities, [1, Labels, Height, Width], device: CPU);
        weights = rand([8 * options.Dilations.Count, Height, Width], device: CPU) / 48;
    }

    [Benchmark(Baseline = true)]
    public float[] Crf() => DenseCrf.FromProbabilities(image, probabilities, Labels, new DenseCrfOptions());

    [Benchmark]
    public float[] PixelAdaptive() => PixelAdaptiveRefinement.Refine(image, probabilities, Labels, options);

    [Benchmark]
    public float TorchIterationsAlone()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (current, reach) = (masks, options.Dilations.Max());
        for (var iteration = 0; iteration < options.Iterations; iteration++)
        {
            using var inner = NewDisposeScope();
            var padded = nn.functional.pad(current, [reach, reach, reach, reach], PaddingModes.Replicate);
            var (sum, neighbour) = (zeros_like(current), 0);
            foreach (var dilation in options.Dilations)
            for (var row = -1; row <= 1; row++)
            for (var column = -1; column <= 1; column++)
                if ((row, column) != (0, 0)) sum.addcmul_(padded.narrow(2, reach + row * dilation, Height).narrow(3, reach + column * dilation, Width), weights[neighbour++], 1);
            current = sum.MoveToOuterDisposeScope();
        }

        return current[0, 0, 0, 0].item<float>();
    }
}
