using BenchmarkDotNet.Attributes;
using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Benchmarks;

/// <summary>
/// The three parts of CLIP-ES at the size of ViT-B/16 on an image of 500 × 375, which is seen at 512 × 384, with two classes and 25 backgrounds: the image pass, which keeps eight attentions; the gradients of all classes in one pass; the
/// refinement along the attentions. The gradients of one class after the other are beside it.
/// </summary>
[Config(typeof(InProcessConfig))]
public class ClipEsBenchmarks
{
    private const int Width = 512, Height = 384, Classes = 2, Texts = 27, Blocks = 8;

    private ClipNetwork clip = null!;
    private Tensor image = null!, texts = null!, cams = null!;
    private ClipActivations activations = null!;

    [GlobalSetup]
    public void Make()
    {
        random.manual_seed(0);
        clip = new ClipNetwork(PublishedArchitecture.VitB16, new WordTokenizer(["boat"], 77));
        clip.eval();
        foreach (var parameter in clip.parameters()) parameter.requires_grad_(false);
        image = rand(1, 3, Height, Width).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        var embeddings = randn(Texts, 512);
        texts = (embeddings / embeddings.norm(-1, true, 2)).expand(Classes, -1, -1).DetachFromDisposeScope();
        activations = clip.Open(image, Blocks);
        cams = ClipGradCam.Maps(activations, texts, [.. Enumerable.Range(0, Classes)], 100).DetachFromDisposeScope();
    }

    [Benchmark(Baseline = true)]
    public int ImagePass()
    {
        using var opened = clip.Open(image, Blocks);
        return opened.Rows;
    }

    [Benchmark]
    public long Gradients()
    {
        using var maps = ClipGradCam.Maps(activations, texts, [.. Enumerable.Range(0, Classes)], 100);
        return maps.numel();
    }

    [Benchmark]
    public long GradientsOfOneClassAfterTheOther() => Enumerable.Range(0, Classes).Sum(target =>
    {
        using var scope = NewDisposeScope();
        return ClipGradCam.Maps(activations, texts[TensorIndex.Slice(target, target + 1)], [target], 100).numel();
    });

    [Benchmark]
    public long Refinement()
    {
        using var scope = NewDisposeScope();
        var attention = activations.Attentions[0].clone();
        foreach (var other in activations.Attentions.Skip(1)) attention.add_(other);
        using var affinity = new ClassAwareAffinity(attention.div_(Blocks), 1);
        return cams.unbind(0).Sum(cam => affinity.Refine(cam, 0.4).numel());
    }
}
