using BenchmarkDotNet.Attributes;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>
/// An image in ExCEL at the size of ViT-B/16 and the published 320 × 320, with two classes of twenty and 25 backgrounds: the image pass with a second path beside its last five blocks, which keeps six attentions; the maps and their refinement;
/// both together. The image pass of CLIP-ES at that size is beside it.
/// </summary>
[Config(typeof(InProcessConfig))]
public class ExcelBenchmarks
{
    private const int Side = 320, Classes = 2, Texts = 45, Blocks = 6, Calibrated = 5;

    private ClipNetwork clip = null!;
    private Tensor image = null!, texts = null!;
    private CalibratedTokens tokens = null!;

    [GlobalSetup]
    public void Make()
    {
        random.manual_seed(0);
        clip = new ClipNetwork(PublishedArchitecture.VitB16, new WordTokenizer(["boat"], 77));
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        image = rand(1, 3, Side, Side).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        var embeddings = randn(Texts, 512);
        texts = (embeddings / embeddings.norm(-1, true, 2)).expand(Classes, -1, -1).DetachFromDisposeScope();
        tokens = clip.Calibrate(image, Calibrated, HeadSum.Sum, Blocks);
    }

    [Benchmark(Baseline = true)]
    public long WholeImage()
    {
        using var seen = clip.Calibrate(image, Calibrated, HeadSum.Sum, Blocks);
        return Refined(seen);
    }

    [Benchmark]
    public int ImagePass()
    {
        using var seen = clip.Calibrate(image, Calibrated, HeadSum.Sum, Blocks);
        return seen.Rows;
    }

    [Benchmark]
    public int ImagePassOfClipEs()
    {
        using var opened = clip.Open(image, Blocks);
        return opened.Rows;
    }

    [Benchmark]
    public long MapsAndRefinement() => Refined(tokens);

    private long Refined(CalibratedTokens seen)
    {
        using var scope = NewDisposeScope();
        var attention = seen.Attentions[0].clone();
        foreach (var other in seen.Attentions.Skip(1)) attention.add_(other);
        using var affinity = new ClassAwareAffinity(attention.div_(Blocks), 1);
        var maps = FeatureSurgery.Maps(seen, texts, [.. Enumerable.Range(0, Classes)], TokenNorm.Tokens);
        return maps.unbind(0).Sum(map => affinity.Refine(map, 0.79).numel());
    }
}
