using BenchmarkDotNet.Attributes;
using Pole.Pipeline.Refinement;
using Pole.Pipeline.Tests;
using Pole.Zoo.Tests;

namespace Pole.Benchmarks;

/// <summary>The dense CRF of an image of VOC's size beside its scalar form, on one thread.</summary>
[Config(typeof(InProcessConfig)), MemoryDiagnoser(displayGenColumns: false)]
public class DenseCrfBenchmarks : PythonBenchmarks
{
    private const int Width = 500, Height = 375;

    private readonly DenseCrfOptions options = new();
    private RgbImage image = new(1, 1, [0, 0, 0]);
    private float[] probabilities = [];

    /// <summary>A photograph with two classes, and all of VOC's labels.</summary>
    [Params(3, 21)]
    public int Labels { get; set; } = 3;

    [GlobalSetup]
    public void Draw()
    {
        var random = new Random(2);
        (image, probabilities) = (Discs(), new float[Labels * Width * Height]);
        for (var pixel = 0; pixel < Width * Height; pixel++)
        {
            var scores = Enumerable.Range(0, Labels).Select(label => (pixel % Width * Labels / Width == label ? 3f : 0.3f) + random.NextSingle()).ToArray();
            for (var label = 0; label < Labels; label++) probabilities[label * Width * Height + pixel] = scores[label] / scores.Sum();
        }

        var (ours, scalar) = (Lattice(), ScalarLattice());
        var labels = DenseCrf.Labels(ours, Labels).Zip(DenseCrf.Labels(scalar, Labels)).Count(pair => pair.First != pair.Second);
        Console.WriteLine($"// marginals differ by at most {ours.Zip(scalar, (one, other) => Math.Abs(one - other)).Max():g2}, {labels} labels differ");
        Console.WriteLine($"// weighted mean of the marginals {PythonForm.Ramp(ours):g8}");
    }

    [Benchmark(Baseline = true)]
    public float[] ScalarLattice() => ScalarDenseCrf.FromProbabilities(image, probabilities, Labels, options);

    [Benchmark]
    public float[] Lattice() => DenseCrf.FromProbabilities(image, probabilities, Labels, options);

    /// <summary>pydensecrf, where the machine's Python has it: the weighted mean of its marginals.</summary>
    [Benchmark]
    public float PyDenseCrf() => StepOfPython(PythonInterpreter.MissingPyDenseCrf);

    private protected override PythonForm? Start() => PythonForm.DenseCrf(image, probabilities, Labels, options);

    /// <summary>Discs of one colour each with soft edges on a slope, and more noise than photographs have: 240,000 vertices.</summary>
    private static RgbImage Discs()
    {
        var random = new Random(1);
        var discs = Enumerable.Range(0, 60).Select(_ => (X: random.Next(Width), Y: random.Next(Height), Radius: 10 + random.Next(80), Colour: (double[])[random.Next(256), random.Next(256), random.Next(256)])).ToList();
        var pixels = new byte[Width * Height * 3];
        for (var pixel = 0; pixel < Width * Height; pixel++)
        {
            var (x, y) = (pixel % Width, pixel / Width);
            double[] colour = [60 + 90.0 * x / Width, 90 + 60.0 * y / Height, 120];
            foreach (var disc in discs)
            {
                var cover = Math.Clamp((1 - ((x - disc.X) * (x - disc.X) + (y - disc.Y) * (y - disc.Y)) / (double)(disc.Radius * disc.Radius)) * 2, 0, 1);
                for (var channel = 0; channel < 3; channel++) colour[channel] += (disc.Colour[channel] - colour[channel]) * cover;
            }

            for (var channel = 0; channel < 3; channel++) pixels[pixel * 3 + channel] = (byte)Math.Clamp(colour[channel] + random.NextDouble() * 24 - 12, 0, 255);
        }

        return new RgbImage(Width, Height, pixels);
    }
}
