using BenchmarkDotNet.Attributes;
using Pole.Data.Loading;
using Pole.Pipeline.Tests;
using Pole.Pipeline.Training;
using Pole.Zoo.Backbones;
using Pole.Zoo.Optimizers;
using Pole.Zoo.Segmentation;
using Pole.Zoo.Tests;
using TorchSharp;
using static TorchSharp.torch;
using OptimizerHelper = TorchSharp.Modules.OptimizerHelper;

namespace Pole.Benchmarks;

/// <summary>
/// A step of DeepLab v2 (ResNet-50 in Caffe's form, three scales, crops of 321): ours, and as a careful PyTorch programmer writes it, with torch's own layers, plane by plane, and one cross entropy a level.
/// </summary>
[Config(typeof(InProcessConfig))]
public class DeepLabStepBenchmarks : PythonBenchmarks
{
    private const int Crop = 321, Labels = 21;

    private SegmentationNetwork network = null!;
    private PublishedCaffeResNet backbone = null!;
    private nn.Module<Tensor, Tensor> classifiers = null!;
    private Optimizer optimizer = null!;
    private OptimizerHelper strongOptimizer = null!;
    private Tensor images = null!, targets = null!;
    private IReadOnlyList<LabelMap> labels = [];

    [Params(1, 2)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Make()
    {
        random.manual_seed(0);
        var modules = new ModuleContext { Device = Placement.Device, CacheFolder = "" };
        network = new DeepLabV2Options().Create(new SegmentationBase(Labels, () => new CaffeResNet(64, [3, 4, 6, 3])), modules);
        network.to(Placement.Device);
        var children = network.named_modules().ToDictionary(named => named.name, named => named.module);
        (backbone, classifiers) = (new PublishedCaffeResNet((CaffeResNet)children["base.backbone"]), (nn.Module<Tensor, Tensor>)children["base.aspp"]);
        optimizer = new SgdOptions().Create([new ParameterGroup(network.parameters(), 1e-4, 5e-4)], modules);
        strongOptimizer = optim.SGD(network.parameters(), 1e-4, momentum: 0.9, weight_decay: 5e-4);
        var noise = new Random(0);
        labels = [.. Enumerable.Range(0, Batch).Select(_ => new LabelMap(Crop, Crop, [.. Enumerable.Range(0, Crop * Crop).Select(_ => (byte)noise.Next(Labels))]))];
        (images, targets) = (rand(Batch, 3, Crop, Crop, device: CPU).to(Placement.Device), tensor(labels.SelectMany(map => map.Labels).Select(label => (float)label).ToArray(), [Batch, 1, Crop, Crop], device: Placement.Device));
        network.train();
    }

    [Benchmark(Baseline = true)]
    public float StrongForm() => Step(StrongLoss, strongOptimizer.zero_grad, () => strongOptimizer.step());

    [Benchmark]
    public float Ours() => Step(() => PyramidLoss.Compute(network.Pyramid(images), labels), optimizer.ZeroGradients, optimizer.Step);

    /// <summary>The strong form in PyTorch itself, where the machine has it.</summary>
    [Benchmark]
    public float PyTorch() => StepOfPython(PythonInterpreter.Missing);

    private protected override PythonForm? Start() => PythonForm.DeepLabStep(network, images, targets);

    private Tensor StrongLoss()
    {
        var full = Logits(images);
        var smaller = new[] { 0.5, 0.75 }.Select(scale => Logits(nn.functional.interpolate(images, scale_factor: [scale, scale], mode: InterpolationMode.Bilinear, align_corners: false, recompute_scale_factor: false))).ToList();
        var largest = smaller.Select(logits => nn.functional.interpolate(logits, [full.shape[2], full.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false)).Aggregate(full, torch.maximum);
        return smaller.Append(full).Append(largest).Select(logits => nn.functional.cross_entropy(logits, nn.functional.interpolate(targets, [logits.shape[2], logits.shape[3]], mode: InterpolationMode.Nearest).squeeze(1).@long(), ignore_index: LabelMap.Ignored)).Aggregate((sum, next) => sum + next);
    }

    private Tensor Logits(Tensor input) => classifiers.call(backbone.Features(input));

    private float Step(Func<Tensor> lossOf, Action zeroGradients, Action step)
    {
        using var scope = NewDisposeScope();
        network.train();
        zeroGradients();
        var loss = lossOf();
        loss.backward();
        step();
        return loss.item<float>();
    }
}
