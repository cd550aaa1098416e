using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pole.Data.Imaging;
using Pole.Pipeline.Refinement;
using Pole.Pipeline.Refinement.Steps;
using Pole.Zoo.Affinity;
using Pole.Zoo.Backbones;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>
/// The random walk of one image from IRNet's affinities to labels, with ResNet-50 and published settings, and the peak memory of the process, as Linux has it: <c>-- memory WIDTH HEIGHT RADIUS</c>. Digests of edges and labels tell whether a change
/// of the code changes results.
/// </summary>
internal static class WalkMemory
{
    private const int TrainedCrop = 512, Present = 4;

    public static void Run(IReadOnlyList<string> arguments)
    {
        var (width, height, radius) = (Number(arguments[0]), Number(arguments[1]), Number(arguments[2]));
        random.manual_seed(0);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new IrNet(new ResNetOptions { Width = 64, Blocks = [3, 4, 6, 3], Stride = IrNet.BackboneStride }.Create(new ModuleContext { Device = CPU, CacheFolder = "" }), pairRadius: 10, radius);
        network.eval();
        var noise = new Random(0);
        var image = new RgbImage(width, height, [.. Enumerable.Range(0, width * height).SelectMany(pixel => Enumerable.Range(0, 3).Select(channel => (byte)((pixel % width * (channel + 1) / 3 + pixel / width) % 200 + noise.Next(50))))]);
        using var cam = new FusedCam([0, 5, 10, 15], rand(Present, FusedCam.CellsOf(height), FusedCam.CellsOf(width)).DetachFromDisposeScope(), rand(Present, height, width).DetachFromDisposeScope());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{width} × {height}, radius {radius}: before the image {Peak():f0} MB"));

        var start = Stopwatch.GetTimestamp();
        var cells = network.Affinities(ImageTensors.Normalised(image), TrainedCrop);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"affinities in {Stopwatch.GetElapsedTime(start).TotalSeconds:f1} s, peak {Peak():f0} MB, edges {Digest(MemoryMarshal.AsBytes(cells.Edges.AsSpan()))}"));
        start = Stopwatch.GetTimestamp();
        var labels = CamWalk.Run(cam, cells, network.Stride, new RandomWalkOptions());
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"walk of {Present} maps in {Stopwatch.GetElapsedTime(start).TotalSeconds:f1} s, peak {Peak():f0} MB, labels {Digest(labels.Labels)}"));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];

    /// <summary>Of resident memory, in MB.</summary>
    private static double Peak() => long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
}
