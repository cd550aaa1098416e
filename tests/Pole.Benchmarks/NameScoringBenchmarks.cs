using BenchmarkDotNet.Attributes;
using Pole.Pipeline.Inference;
using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using Pole.Zoo.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>
/// The stage that scores names, at the size of ViT-B/32: four names for each of VOC's twenty classes encoded once, and compared with stored embeddings of image × CAM. Ours; and as a careful PyTorch programmer writes it, with all names in one batch of
/// 77 places, as OpenAI's tokenizer pads them, and one product with the embeddings of all pairs.
/// </summary>
[Config(typeof(InProcessConfig))]
public class NameScoringBenchmarks
{
    private const int Classes = 20, Names = 4;

    private readonly string[] classes = [.. Enumerable.Range(0, Classes).Select(number => $"name{Names * number}")];
    private readonly PromptOptions prompt = new() { Corpus = new Corpus { Name = "twenty", Names = new Dictionary<string, IReadOnlyList<string>>() } };
    private Dictionary<string, IReadOnlyList<string>> names = [];
    private ClipNetwork clip = null!;
    private PublishedVitClip published = null!;
    private Tensor features = null!;
    private int[] present = [];

    [Params(200, 2000)]
    public int Pairs { get; set; } = 200;

    [GlobalSetup]
    public void Make()
    {
        random.manual_seed(0);
        names = classes.Index().ToDictionary(named => named.Item, named => (IReadOnlyList<string>)[.. Enumerable.Range(Names * named.Index, Names).Select(number => $"name{number}")]);
        clip = new ClipNetwork(PublishedArchitecture.VitB32, new WordTokenizer([.. names.Values.SelectMany(list => list), "a", "photo", "of"], 77));
        clip.eval();
        published = new PublishedVitClip(clip);
        features = randn(Pairs, PublishedArchitecture.VitB32.EmbeddingSize);
        present = [.. Enumerable.Range(0, Pairs).Select(pair => pair % Classes)];
    }

    [Benchmark(Baseline = true)]
    public float Careful()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var texts = nn.functional.normalize(PromptEncoder.Encode(published, prompt.Template, [.. classes.SelectMany(name => names[name])], CPU), dim: -1);
        var similarity = nn.functional.normalize(features, dim: -1).matmul(texts.t()).view(Pairs, Classes, Names);
        var scores = similarity[arange(Pairs), tensor(present, dtype: ScalarType.Int64)].mul(100).softmax(-1);
        return scores.max(-1).values.sum().item<float>();
    }

    [Benchmark]
    public float Ours()
    {
        using var scope = NewDisposeScope();
        using var scores = new NameScores(clip, prompt.Template, names, classes, CPU);
        return (float)Enumerable.Range(0, Pairs).Sum(pair => scores.Of("", features[TensorIndex.Slice(pair, pair + 1)], [present[pair]]).Single().Scores.Max());
    }
}
