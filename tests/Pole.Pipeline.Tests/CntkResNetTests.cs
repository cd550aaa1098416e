using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using Pole.Data.Imaging;
using Pole.Zoo.Backbones;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

/// <summary>The pretrained network of a NuGet package, on photographs.</summary>
public sealed class CntkResNetTests
{
    private const int Side = 224, Photographs = 6;

    private static readonly string Weights = Path.Combine(Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"), "microsoft.ml.dnnimagefeaturizer.resnet18", "0.23.1", "tools", "DnnImageModels", "ResNet18Onnx");

    private static readonly string Images = Path.GetFullPath(Path.Combine(typeof(CntkResNetTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "..", "shared", "data", "voc360"));

    [Test]
    public void Features_of_photographs_are_those_of_ONNX_Runtime()
    {
        if (!Directory.Exists(Weights)) Assert.Ignore($"{Weights} is not there: restore Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1");
        if (!Directory.Exists(Images)) Assert.Ignore($"{Images} is not there");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var backbone = new CntkResNet18Options { Stride = 32 }.Create(ModuleContext.None with { WeightsFolder = Weights });
        backbone.eval();
        using var session = new InferenceSession(Path.Combine(Weights, "ResNet18.onnx"));
        foreach (var file in Directory.GetFiles(Images, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(Photographs))
        {
            var pixels = ImageTensors.Normalised(PilResize.Bicubic(ImageCodec.ReadRgb(file), Side, Side), backbone.Normalisation).unsqueeze(0);
            using var input = OrtValue.CreateTensorValueFromMemory(pixels.ToFloats(), pixels.shape);
            using var options = new RunOptions();
            using var outputs = session.Run(options, new Dictionary<string, OrtValue> { [session.InputNames[0]] = input }, session.OutputNames);
            var expected = tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray(), device: CPU);

            var features = nn.functional.adaptive_avg_pool2d(backbone.call(pixels), 1).flatten();

            Assert.That(expected.abs().max().item<float>(), Is.GreaterThan(0.5f), "there is something to compare");
            Assert.That((features - expected).abs().max().item<float>(), Is.LessThan(1e-4f), file);
        }
    }
}
