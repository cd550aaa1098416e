using BenchmarkDotNet.Attributes;
using Pole.Data.Loading;
using Pole.Pipeline.Tests;
using Pole.Pipeline.Training;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using Pole.Zoo.Optimizers;
using Pole.Zoo.Tests;
using TorchSharp;
using static TorchSharp.torch;
using OptimizerHelper = TorchSharp.Modules.OptimizerHelper;

namespace Pole.Benchmarks;

/// <summary>
/// A step of CLIMS at the size of the paper's networks (ResNet-50, ViT-B/32) with two labels an image: ours; as a careful PyTorch programmer writes it, with torch's own layers, plane by plane;
/// and the published loop, which encodes the foreground twice and every text at every step, and computes gradients of CLIP's weights.
/// </summary>
[Config(typeof(InProcessConfig))]
public class ClimsStepBenchmarks : PythonBenchmarks
{
    private const int Batch = 2, Crop = 224;

    private static readonly string[] Classes = ["boat", "fish"], Backgrounds = ["tree", "river", "sea", "lake", "water", "railway", "railroad", "track", "stone", "rocks"];

    private readonly ObjectiveOptions objective = new() { Terms = [new OtmOptions(), new BtmOptions(), new CbsOptions(), new RegOptions()] };
    private ClassifierCamNetwork network = null!;
    private ClipNetwork clip = null!;
    private Optimizer optimizer = null!;
    private Tensor images = null!, labels = null!;
    private ClimsTraining training = null!, narrow = null!;
    private StrongClimsLoop strong = null!;
    private OptimizerHelper strongOptimizer = null!;
    private PublishedClimsLoop published = null!;
    private IReadOnlyList<ISample> samples = [];
    private IReadOnlyList<string> texts = [], backgroundTexts = [];

    [GlobalSetup]
    public void Make()
    {
        random.manual_seed(0);
        var modules = new ModuleContext { Device = Placement.Device, CacheFolder = "" };
        network = new ClassifierCamNetwork(new ResNetOptions { Width = 64, Blocks = [3, 4, 6, 3] }.Create(modules), Classes.Length);
        network.to(Placement.Device);
        clip = new ClipNetwork(PublishedArchitecture.VitB32, new WordTokenizer([.. Classes, .. Backgrounds, "a", "photo", "of"], 77));
        clip.to(Placement.Device);
        clip.eval();
        optimizer = new ClimsSgdOptions().Create([new ParameterGroup(network.parameters(), 1e-4, 1e-4)], modules);
        (images, labels) = (rand(Batch, 3, Crop, Crop, device: CPU).to(Placement.Device), ones(Batch, Classes.Length, device: Placement.Device));
        samples = [.. Enumerable.Range(0, Batch).Select(index => new SampleWithoutFile($"{index}", [0, 1]))];
        var prompt = new PromptOptions { Corpus = new Corpus { Name = "two", Names = Classes.ToDictionary(name => name, name => (IReadOnlyList<string>)[name]) }, Backgrounds = Backgrounds };
        training = new ClimsTraining(network, clip, new PromptTable(clip, prompt, Classes, PromptChoices.GroundTruthOnly, modules), objective, new AdaptorOptions(), modules);
        var half = new ClipNetwork(PublishedArchitecture.VitB32, clip.Tokenizer);
        half.eval();
        half.to(Placement.Device);
        half.to(ScalarType.BFloat16);
        foreach (var parameter in half.parameters()) parameter.requires_grad_(false);
        narrow = new ClimsTraining(network, half, new PromptTable(half, prompt, Classes, PromptChoices.GroundTruthOnly, modules), objective, new AdaptorOptions(), modules);
        (texts, backgroundTexts) = ([.. Classes.Select(Fill)], [.. Backgrounds.Select(Fill)]);
        var layers = new PublishedVitClip(clip);
        strong = new StrongClimsLoop(images => PublishedCamNetwork.Maps(network, images).sigmoid(), layers, texts, backgroundTexts, objective);
        strongOptimizer = optim.SGD(network.parameters().Where(parameter => parameter.requires_grad), 1e-4, momentum: 1e-4, weight_decay: 1e-4);
        published = new PublishedClimsLoop(images => PublishedCamNetwork.Maps(network, images).sigmoid(), layers, texts, backgroundTexts, objective);

        string Fill(string name) => prompt.Template.Replace("{}", name, StringComparison.Ordinal);
    }

    [Benchmark(Baseline = true)]
    public float StrongForm() => Step(trainsClip: false, () => strong.Loss(images, labels), strongOptimizer.zero_grad, () => strongOptimizer.step());

    [Benchmark]
    public float Ours() => Step(trainsClip: false, () => training.Loss(new TrainingBatch(samples, images, labels)).Total, optimizer.ZeroGradients, optimizer.Step);

    [Benchmark]
    public float OursInBfloat16() => Step(trainsClip: false, () => narrow.Loss(new TrainingBatch(samples, images, labels)).Total, optimizer.ZeroGradients, optimizer.Step);

    [Benchmark]
    public float PublishedLoop() => Step(trainsClip: true, () => published.Loss(images, labels), strongOptimizer.zero_grad, () => strongOptimizer.step());

    /// <summary>The strong form in PyTorch itself, where the machine has it.</summary>
    [Benchmark]
    public float PyTorch() => StepOfPython(PythonInterpreter.Missing);

    private protected override PythonForm? Start() => PythonForm.ClimsStep(network, clip, texts, backgroundTexts, objective, images, labels);

    private float Step(bool trainsClip, Func<Tensor> lossOf, Action zeroGradients, Action step)
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(trainsClip);
        network.train();
        zeroGradients();
        var loss = lossOf();
        loss.backward();
        step();
        if (trainsClip) foreach (var parameter in clip.parameters()) parameter.grad?.zero_();
        return loss.item<float>();
    }
}
