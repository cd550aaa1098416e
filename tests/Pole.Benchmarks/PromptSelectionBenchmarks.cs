using BenchmarkDotNet.Attributes;
using Pole.Data.Imaging;
using Pole.Pipeline.Inference;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using Pole.Zoo.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>
/// Choosing among four names for each of 16 (image, class) pairs at the size of ViT-B/32: ours, with the prompts of all classes encoded once for all images and the pairs in
/// one batch, and the published notebook's form, which encodes every pair and its four texts by themselves with torch's own layers.
/// </summary>
[Config(typeof(InProcessConfig))]
public class PromptSelectionBenchmarks
{
    private const int Images = 8, Width = 500, Height = 375;

    private static readonly string[] Names = ["boat", "ship", "vessel", "ferry"], Others = ["fish", "shark", "ray", "trout"];

    private readonly PromptOptions prompt = new() { Corpus = new Corpus { Name = "two", Names = new Dictionary<string, IReadOnlyList<string>> { ["boat"] = Names, ["fish"] = Others } }, Synonyms = 4 };
    private ClipNetwork clip = null!;
    private PublishedVitClip published = null!;
    private RgbImage[] images = [];
    private Tensor cams = null!;
    private NameScores scores = null!;
    private ClipNetwork narrow = null!;

    [GlobalSetup]
    public void Make()
    {
        random.manual_seed(0);
        clip = new ClipNetwork(PublishedArchitecture.VitB32, new WordTokenizer([.. Names, .. Others, "a", "photo", "of"], 77));
        clip.eval();
        published = new PublishedVitClip(clip);
        narrow = new ClipNetwork(PublishedArchitecture.VitB32, clip.Tokenizer);
        narrow.eval();
        narrow.to(ScalarType.BFloat16);
        var noise = new Random(0);
        images = [.. Enumerable.Range(0, Images).Select(_ => new RgbImage(Width, Height, [.. Enumerable.Range(0, Width * Height * 3).Select(_ => (byte)noise.Next(256))]))];
        cams = rand(2, Height, Width);
        scores = new NameScores(clip, prompt.Template, prompt.Corpus.Names, ["boat", "fish"], CPU);
    }

    [Benchmark(Baseline = true)]
    public int OneByOne()
    {
        var chosen = 0;
        using var noGradient = no_grad();
        foreach (var image in images)
        foreach (var (names, map) in new[] { (Names, 0), (Others, 1) })
        {
            using var scope = NewDisposeScope();
            var features = MaskedFeatures.Embed(published, image, cams[map].unsqueeze(0), Masking.Black, CPU);
            var texts = cat([.. names.Select(name => PromptEncoder.Encode(published, prompt.Template, [name], CPU))], 0);
            chosen += (int)PromptSelection.Similarity(features, texts)[0].argmax().item<long>();
        }

        return chosen;
    }

    [Benchmark]
    public int Batched() => Select(clip);

    [Benchmark]
    public int BatchedInBfloat16() => Select(narrow);

    private int Select(ClipModel judge)
    {
        using var scope = NewDisposeScope();
        var pairs = new MaskedFeatures(judge, Masking.Black, CPU);
        foreach (var image in images) pairs.Add(image, cams);
        var features = pairs.Complete();
        return Enumerable.Range(0, Images).Sum(image => scores.Of("", features[TensorIndex.Slice(2 * image, 2 * image + 2)], [0, 1]).Sum(candidate => candidate.Scores.Index().MaxBy(name => name.Item).Index));
    }
}
