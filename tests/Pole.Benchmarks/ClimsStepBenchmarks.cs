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

namespace Pole.Benchmarks;

/// <summary>
/// A step of CLIMS at the size of the paper's networks (ResNet-50, ViT-B/32) with two labels an image: ours, and the published loop, which encodes the foreground twice and every text
/// at every step, computes gradients of CLIP's weights and has torch's own layers, plane by plane; and that with CLIP frozen.
/// </summary>
[Config(typeof(InProcessConfig))]
public class ClimsStepBenchmarks
{
    private const int Batch = 2, Crop = 224;

    private static readonly string[] Classes = ["boat", "fish"], Backgrounds = ["tree", "river", "sea", "lake", "water", "railway", "railroad", "track", "stone", "rocks"];

    private readonly ObjectiveOptions objective = new() { Terms = [new OtmOptions(), new BtmOptions(), new CbsOptions(), new RegOptions()] };
    private ClassifierCamNetwork network = null!;
    private ClipNetwork clip = null!;
    private Optimizer optimizer = null!;
    private Tensor images = null!, labels = null!;
    private ClimsTraining training = null!, narrow = null!;
    private PublishedClimsLoop published = null!;
    private IReadOnlyList<ISample> samples = [];

    [GlobalSetup]
    public void Make()
    {
        random.manual_seed(0);
        var modules = new ModuleContext { Device = CPU, CacheFolder = "" };
        network = new ClassifierCamNetwork(new ResNetOptions { Width = 64, Blocks = [3, 4, 6, 3] }.Create(modules), Classes.Length);
        clip = new ClipNetwork(PublishedArchitecture.VitB32, new WordTokenizer([.. Classes, .. Backgrounds, "a", "photo", "of"], 77));
        clip.eval();
        optimizer = new ClimsSgdOptions().Create([new ParameterGroup(network.parameters(), 1e-4, 1e-4)], modules);
        (images, labels) = (rand(Batch, 3, Crop, Crop), ones(Batch, Classes.Length));
        samples = [.. Enumerable.Range(0, Batch).Select(index => new PresentEverywhere($"{index}", [0, 1]))];
        var prompt = new PromptOptions { Corpus = new Corpus { Name = "two", Names = Classes.ToDictionary(name => name, name => (IReadOnlyList<string>)[name]) }, Backgrounds = Backgrounds };
        training = new ClimsTraining(network, clip, new PromptTable(clip, prompt, Classes, PromptChoices.GroundTruthOnly, modules), objective, new AdaptorOptions(), modules);
        var half = new ClipNetwork(PublishedArchitecture.VitB32, clip.Tokenizer);
        half.eval();
        half.to(ScalarType.BFloat16);
        foreach (var parameter in half.parameters()) parameter.requires_grad_(false);
        narrow = new ClimsTraining(network, half, new PromptTable(half, prompt, Classes, PromptChoices.GroundTruthOnly, modules), objective, new AdaptorOptions(), modules);
        published = new PublishedClimsLoop(images => PublishedCamNetwork.Maps(network, images).sigmoid(), new PublishedVitClip(clip), [.. Classes.Select(Fill)], [.. Backgrounds.Select(Fill)], objective);

        string Fill(string name) => prompt.Template.Replace("{}", name, StringComparison.Ordinal);
    }

    [Benchmark(Baseline = true)]
    public float PublishedLoop() => Step(trainsClip: true, () => published.Loss(images, labels));

    [Benchmark]
    public float PublishedLoopWithClipFrozen() => Step(trainsClip: false, () => published.Loss(images, labels));

    [Benchmark]
    public float Fused() => Step(trainsClip: false, () => training.Loss(new TrainingBatch(samples, images, labels)).Total);

    [Benchmark]
    public float FusedInBfloat16() => Step(trainsClip: false, () => narrow.Loss(new TrainingBatch(samples, images, labels)).Total);

    private float Step(bool trainsClip, Func<Tensor> lossOf)
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(trainsClip);
        network.train();
        optimizer.ZeroGradients();
        var loss = lossOf();
        loss.backward();
        optimizer.Step();
        foreach (var parameter in clip.parameters()) parameter.grad?.zero_();
        return loss.item<float>();
    }
}
