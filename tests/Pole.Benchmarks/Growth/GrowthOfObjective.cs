using Pole.Data.Loading;
using Pole.Pipeline.Tests;
using Pole.Pipeline.Training;
using Pole.Zoo.Backbones;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using Pole.Zoo.Objective;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>Of a CLIMS step with small networks: the objective of a batch of eight images and its gradients.</summary>
internal static class GrowthOfObjective
{
    private const int Batch = 8, Crop = 64;

    public static IEnumerable<GrowthSeries> All =>
    [
        new("CLIMS step, 80 classes, 8 images", "classes an image", [1, 4, 16, 32], present => Step(80, present, names: 4)),
        new("CLIMS step, 2 classes an image", "classes", [20, 80, 1_000], classes => Step(classes, 2, names: 4)),
        new("CLIMS step, 20 classes, 2 an image", "names a class", [4, 16, 64], names => Step(20, 2, names)),
    ];

    private static Action Step(int classes, int present, int names)
    {
        random.manual_seed(0);
        var modules = new ModuleContext { Device = CPU, CacheFolder = "" };
        var network = new ClassifierCamNetwork(new ResNetOptions { Width = 8 }.Create(modules), classes);
        var clip = new ClipNetwork(PublishedArchitecture.VitB32 with { ImageResolution = 64, VisionLayers = [4], VisionWidth = 128, VisionPatchSize = 16, VisionHeads = 2, ContextLength = 12, VocabularySize = 6_000, TextWidth = 64, TextHeads = 1, TextLayers = 2 },
            new WordTokenizer(["a", "photo", "of", "class", "name", "tree", "river", .. Enumerable.Range(0, 5_000).Select(word => $"{word}")], 12));
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        List<string> all = [.. Enumerable.Range(0, classes).Select(index => $"class {index}")];
        var prompt = new PromptOptions { Corpus = new Corpus { Name = "many", Names = all.ToDictionary(name => name, name => (IReadOnlyList<string>)[.. Enumerable.Range(0, names).Select(index => $"{name} name {index}")]) }, Synonyms = names, Backgrounds = ["tree", "river"] };
        var training = new ClimsTraining(network, clip, new PromptTable(clip, prompt, all, PromptChoices.GroundTruthOnly, modules), new ObjectiveOptions { Terms = [new OtmOptions(), new BtmOptions(), new CbsOptions(), new RegOptions()] }, new AdaptorOptions(), modules);
        var (images, labels) = (rand(Batch, 3, Crop, Crop).DetachFromDisposeScope(), zeros(Batch, classes).DetachFromDisposeScope());
        List<ISample> samples = [.. Enumerable.Range(0, Batch).Select(image => new SampleWithoutFile($"{image}", [.. Enumerable.Range(0, present).Select(index => (image + index * 5) % classes).Order()]))];
        network.train();
        return () =>
        {
            using var scope = NewDisposeScope();
            network.zero_grad();
            training.Loss(new TrainingBatch(samples, images, labels)).Total.backward();
        };
    }
}
