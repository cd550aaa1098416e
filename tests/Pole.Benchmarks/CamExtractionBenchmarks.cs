using BenchmarkDotNet.Attributes;
using Pole.Data.Imaging;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Tests;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>
/// CAMs of images of one size at the published scales with ResNet-50: ours; as a careful PyTorch programmer writes it, each image with its mirror image, with torch's own layers plane by plane;
/// and as published, one scale and one direction at a time.
/// </summary>
[Config(typeof(InProcessConfig))]
public class CamExtractionBenchmarks : PythonBenchmarks
{
    private const int Classes = 20;

    private static readonly int[] Present = [3, 14];

    private readonly CamOptions options = new() { Scales = [1, 0.5, 1.5, 2] };
    private ClassifierCamNetwork network = null!;
    private RgbImage[] images = [];

    [Params(96, 320, 500)]
    public int Width { get; set; }

    private int Height => Width * 3 / 4;

    [GlobalSetup]
    public void Make()
    {
        random.manual_seed(0);
        network = new ClassifierCamNetwork(new ResNetOptions { Width = 64, Blocks = [3, 4, 6, 3] }.Create(new ModuleContext { Device = Placement.Device, CacheFolder = "" }), Classes);
        network.to(Placement.Device);
        network.eval();
        var noise = new Random(0);
        images = [.. Enumerable.Range(0, Width < 500 ? 8 : 2).Select(_ => new RgbImage(Width, Height, [.. Enumerable.Range(0, Width * Height * 3).Select(_ => (byte)noise.Next(256))]))];
    }

    [Benchmark(Baseline = true)]
    public void StrongForm() => OneByOne(scaled =>
    {
        var maps = PublishedCamNetwork.Maps(network, cat([scaled, scaled.flip(-1)])).relu();
        return maps[0] + maps[1].flip(-1);
    });

    [Benchmark]
    public void Ours()
    {
        using var scope = NewDisposeScope();
        new CamExtraction(network, options, Placement.Device).Extract([.. images.Select(image => (image, (IReadOnlyList<int>)Present))]);
    }

    [Benchmark]
    public void Published() => OneByOne(scaled => (PublishedCamNetwork.Maps(network, scaled).relu() + PublishedCamNetwork.Maps(network, scaled.flip(-1)).relu().flip(-1))[0]);

    /// <summary>The strong form in PyTorch itself, where the machine has it; scaled images are given.</summary>
    [Benchmark]
    public float PyTorch() => StepOfPython(PythonInterpreter.Missing);

    private protected override PythonForm? Start() => PythonForm.Cams(network, images, options.Scales, Present);

    private void OneByOne(Func<Tensor, Tensor> mapsOf)
    {
        using var noGradient = no_grad();
        foreach (var image in images)
        {
            using var scope = NewDisposeScope();
            CamFusion.Fuse([.. options.Scales.Select(scale => mapsOf(ImageTensors.Normalised(PilResize.Rescale(image, scale)).unsqueeze(0).to(Placement.Device)))], Height, Width, Present);
        }
    }
}
