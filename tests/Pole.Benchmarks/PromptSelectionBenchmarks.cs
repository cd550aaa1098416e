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
/// Choosing among four names for each of two (image, class) pairs an image at the size of ViT-B/32, where the names of all classes are encoded once for all images, and before the turns: ours; as a careful PyTorch programmer writes it, with
/// torch's own layers on the pairs in one batch; and the published notebook's form, which encodes every pair and its four texts by themselves. All resize with the same code.
/// </summary>
[Config(typeof(InProcessConfig))]
public class PromptSelectionBenchmarks
{
    private const int Width = 500, Height = 375;

    private static readonly string[] Names = ["boat", "ship", "vessel", "ferry"], Others = ["fish", "shark", "ray", "trout"];

    private readonly PromptOptions prompt = new() { Corpus = new Corpus { Name = "two", Names = new Dictionary<string, IReadOnlyList<string>> { ["boat"] = Names, ["fish"] = Others } }, Synonyms = 4 };
    private ClipNetwork clip = null!;
    private PublishedVitClip published = null!;
    private RgbImage[] images = [];
    private Tensor cams = null!;
    private NameScores scores = null!;
    private Tensor texts = null!;
    private ClipNetwork narrow = null!;

    [Params(2, 8)]
    public int Images { get; set; } = 8;

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
        using var noGradient = no_grad();
        texts = stack(new[] { Names, Others }.Select(names => nn.functional.normalize(PromptEncoder.Encode(published, prompt.Template, names, CPU), dim: -1)));
    }

    /// <summary>Masks and resizes pair after pair on every core, then sees them in one batch; cosines of all pairs at once.</summary>
    [Benchmark(Baseline = true)]
    public int Careful()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var values = cams.ToFloats();
        var views = new float[2 * Images][];
        ParallelWork.For(views.Length, CancellationToken.None, pair =>
        {
            var view = ClipPreprocessing.ResizeAndCrop(MaskedImage.Compose(images[pair / 2], values.AsSpan(pair % 2 * Width * Height, Width * Height), Masking.Black), published.ImageResolution);
            ImageTensors.Write(view, published.Normalisation, views[pair] = new float[view.Pixels.Length]);
        });
        var features = nn.functional.normalize(published.EncodeImage(tensor(views.SelectMany(view => view).ToArray(), [views.Length, 3, published.ImageResolution, published.ImageResolution])), dim: -1);
        var scores = (features.view(Images, 2, 1, -1) * texts).sum(-1).mul(100).softmax(-1);
        return (int)scores.argmax(-1).sum().item<long>();
    }

    [Benchmark]
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
