using System.Reflection;
using Pole.Data.Imaging;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>Networks of the published widths in ONNX Runtime, on photographs.</summary>
[NonParallelizable]
public sealed class ExportedPhotographTests
{
    private const int Photographs = 4;
    private const double ResidualScale = 0.25;

    private static readonly string Images = Path.GetFullPath(Path.Combine(typeof(ExportedPhotographTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "data", "voc18", "images"));

    private static IEnumerable<TestCaseData> Segmentations =>
    [
        new TestCaseData(new DeepLabV1Options()).SetArgDisplayNames("deeplab-v1"),
        new TestCaseData(new DeepLabV2Options()).SetArgDisplayNames("deeplab-v2"),
        new TestCaseData(new DeepLabV3PlusOptions()).SetArgDisplayNames("deeplab-v3-plus"),
    ];

    [Test, Explicit("takes a minute; for whoever changes a network"), Category("Slow")]
    public void A_CAM_network_on_ResNet_50_gives_the_same_in_ONNX_Runtime()
    {
        random.manual_seed(0);
        using var network = new ClassifierCamNetwork(new ResNet(64, [3, 4, 6, 3], 16, freezeStem: true), 20);

        Check(network, PixelNormalisation.ImageNet, images => [network.Maps(images), network.Logits(images)]);
    }

    [TestCaseSource(nameof(Segmentations)), Explicit("takes minutes; for whoever changes a network")]
    public void A_DeepLab_on_ResNet_101_gives_the_same_in_ONNX_Runtime(IModuleOptions<SegmentationNetwork, SegmentationBase> options)
    {
        random.manual_seed(0);
        Func<Backbone> backbone = options is DeepLabV3PlusOptions ? () => new ResNet(64, [3, 4, 23, 3], 16, freezeStem: true) : () => new CaffeResNet(64, [3, 4, 23, 3]);
        using var network = options.Create(new SegmentationBase(21, backbone), ModuleContext.None);

        Check(network, network.Normalisation, images => [network.Pyramid(images)[0]]);
    }

    private static void Check(nn.Module network, PixelNormalisation normalisation, Func<Tensor, IReadOnlyList<Tensor>> compute)
    {
        if (!Directory.Exists(Images)) Assert.Ignore($"{Images} is not there");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var photographs = Directory.GetFiles(Images, "*.jpg").Order(StringComparer.Ordinal).Take(Photographs).Select(path => ImageTensors.Normalised(ImageCodec.ReadRgb(path), normalisation).unsqueeze(0)).ToList();
        // As the norms of trained residual branches are, small: with scales of 1 a hundred random layers enlarge every rounding.
        foreach (var (name, parameter) in network.named_parameters())
            if (name.EndsWith(".bn3.weight", StringComparison.Ordinal) || name.EndsWith(".increase.bn.weight", StringComparison.Ordinal)) parameter.fill_(ResidualScale);
        OnnxSession.Calibrate(network, _ => compute(photographs[0]));

        var expected = photographs.SelectMany(compute).ToList();
        var given = OnnxSession.Run(network, photographs);

        var absolute = given.Zip(expected, (one, other) => (one - other).abs().max().ToDouble()).ToList();
        var largest = expected.Select(output => output.abs().max().ToDouble()).ToList();
        TestContext.Out.WriteLine(FormattableString.Invariant($"largest difference {absolute.Max():0.00e+0}, {absolute.Zip(largest, (difference, scale) => difference / Math.Max(1, scale)).Max():0.00e+0} of the largest value, which is {largest.Max():0.00}, on {photographs.Count} photographs of {string.Join(", ", photographs.Select(image => $"{image.shape[3]}×{image.shape[2]}"))}"));
        // In double precision, which of the two rounds more.
        network.to(ScalarType.Float64);
        var exact = compute(photographs[0].to(ScalarType.Float64));
        TestContext.Out.WriteLine(FormattableString.Invariant($"first photograph, from double precision: ONNX Runtime {Farthest(given, exact):0.00e+0}, torch {Farthest(expected, exact):0.00e+0}"));
        Assert.That(absolute.Zip(largest, (difference, scale) => difference / Math.Max(1, scale)), Is.All.LessThan(1e-4));
    }

    private static double Farthest(IEnumerable<Tensor> outputs, IReadOnlyList<Tensor> exact) => outputs.Zip(exact, (one, other) => (one - other).abs().max().ToDouble()).Max();
}
