using Pole.Zoo.Cam;
using Pole.Zoo.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>ExCEL's tokens and maps are those of its formulas, with the published oddities and without.</summary>
public sealed class FeatureSurgeryTests
{
    private const int Texts = 5, Layers = 4;

    [Test]
    public void The_tokens_of_a_ViT_have_a_second_path_beside_its_last_blocks([Values(1, 2, 4)] int blocks, [Values] HeadSum heads, [Values(64, 96)] int height)
    {
        using var scope = NewDisposeScope();
        using var network = Make(16);
        var image = rand(1, 3, height, 64);

        using var calibrated = network.Calibrate(image, blocks, heads, 3);

        var (tokens, attentions) = new NaiveExcel(network).Tokens(image, blocks, heads == HeadSum.Sum);
        Assert.That(calibrated.Tokens.allclose(tokens, rtol: 1e-3, atol: 1e-4));
        Assert.That((calibrated.Rows, calibrated.Columns, calibrated.Attentions.Count), Is.EqualTo((height / 16, 4, 3)));
        foreach (var (actual, expected) in calibrated.Attentions.Zip(attentions.TakeLast(3)))
            Assert.That(actual.allclose(expected.mean([0L])[TensorIndex.Slice(1), TensorIndex.Slice(1)], rtol: 1e-4, atol: 1e-6));
    }

    [Test]
    public void The_class_token_is_that_of_the_CLIP_itself()
    {
        using var scope = NewDisposeScope();
        using var network = Make(16);
        var image = rand(1, 3, 64, 64);
        using var calibrated = network.Calibrate(image, 2, HeadSum.Sum);

        Assert.That(calibrated.Tokens[0].allclose(network.EncodeImage(image)[0], rtol: 1e-3, atol: 1e-4));
        Assert.That(calibrated.Attentions, Is.Empty);
    }

    [Test]
    public void Maps_are_those_of_the_formula([Values] TokenNorm norm)
    {
        using var scope = NewDisposeScope();
        using var network = Make(16);
        using var calibrated = network.Calibrate(rand(1, 3, 64, 96), 2, HeadSum.Sum);
        var texts = RandomTexts();

        var maps = FeatureSurgery.Maps(calibrated, texts.unsqueeze(0).expand(Texts, -1, -1), [.. Enumerable.Range(0, Texts)], norm);

        Assert.That(maps.shape, Is.EqualTo(new long[] { Texts, 4, 6 }));
        Assert.That(maps.ToFloats(), Is.EqualTo(NaiveExcel.Maps(calibrated.Tokens, texts, norm == TokenNorm.Tokens).Cast<float>()).Within(1e-3));
    }

    [Test]
    public void A_map_does_not_depend_on_what_other_maps_compete_among()
    {
        using var scope = NewDisposeScope();
        using var network = Make(16);
        using var calibrated = network.Calibrate(rand(1, 3, 64, 64), 2, HeadSum.Sum);
        var (one, other) = (RandomTexts(), RandomTexts());

        var both = FeatureSurgery.Maps(calibrated, stack([one, other], 0), [3, 1], TokenNorm.Tokens);

        Assert.That(both[0].ToFloats(), Is.EqualTo(FeatureSurgery.Maps(calibrated, one.unsqueeze(0), [3], TokenNorm.Tokens)[0].ToFloats()).Within(1e-5));
        Assert.That(both[1].ToFloats(), Is.EqualTo(FeatureSurgery.Maps(calibrated, other.unsqueeze(0), [1], TokenNorm.Tokens)[0].ToFloats()).Within(1e-5));
    }

    [Test]
    public void Texts_that_are_all_the_same_have_empty_maps()
    {
        using var scope = NewDisposeScope();
        using var calibrated = new CalibratedTokens(rand(5, 8).DetachFromDisposeScope(), [], 2, 2);

        Assert.That(FeatureSurgery.Maps(calibrated, ones(1, 1, 8), [0], TokenNorm.Tokens).ToFloats(), Is.All.Zero);
    }

    [Test]
    public void A_second_path_beside_more_blocks_than_there_are_is_an_error()
    {
        using var scope = NewDisposeScope();
        using var network = Make(16);
        using var resNet = Make(null);

        Assert.That(() => network.Calibrate(rand(1, 3, 64, 64), Layers + 1, HeadSum.Sum), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("4 blocks"));
        Assert.That(() => network.Calibrate(rand(1, 3, 64, 64), 1, HeadSum.Sum, Layers + 1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => resNet.Calibrate(rand(1, 3, 64, 64), 1, HeadSum.Sum), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_tower_in_16_bits_gives_tokens_in_32()
    {
        using var scope = NewDisposeScope();
        using var network = Make(16);
        network.to(ScalarType.BFloat16);
        using var narrow = network.Calibrate(rand(1, 3, 64, 64), 2, HeadSum.Sum, 1);

        Assert.That((narrow.Tokens.dtype, narrow.Attentions[0].dtype), Is.EqualTo((ScalarType.Float32, ScalarType.Float32)));
        Assert.That(narrow.Tokens.isfinite().all().item<bool>());
    }

    [Test]
    public void Nothing_is_left_in_native_memory()
    {
        using var network = Make(16);
        using var image = rand(1, 3, 64, 96);
        using var texts = RandomTexts();
        void Run()
        {
            using var calibrated = network.Calibrate(image, 2, HeadSum.Mean, 3);
            using var sets = texts.unsqueeze(0);
            FeatureSurgery.Maps(calibrated, sets, [0], TokenNorm.Tokens).Dispose();
        }

        Run();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Run();
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private static Tensor RandomTexts()
    {
        using var scope = NewDisposeScope();
        var texts = randn(Texts, 32);
        return (texts / texts.norm(-1, true, 2)).MoveToOuterDisposeScope();
    }

    /// <summary>Every parameter is moved from its start, norms' too.</summary>
    private static ClipNetwork Make(int? patch)
    {
        random.manual_seed(0);
        var network = new ClipNetwork(new ClipArchitecture
        {
            EmbeddingSize = 32, ImageResolution = 64, VisionLayers = patch is null ? [1, 1, 1, 1] : [Layers], VisionWidth = patch is null ? 8 : 64, VisionPatchSize = patch, VisionHeads = 4, ContextLength = 12, VocabularySize = 20, TextWidth = 64, TextHeads = 1, TextLayers = 1,
        }, new WordTokenizer(["boat", "fish"], 12));
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (name, parameter) in network.named_parameters().Where(named => named.name != "logit_scale")) parameter.add_(randn_like(parameter) * 0.05);
        network.eval();
        return network;
    }
}
