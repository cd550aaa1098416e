using Pole.Pipeline.Inference.Rise;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Pipeline.Tests;

public sealed class RiseTests
{
    private const int Side = 32;

    [Test]
    public void A_class_is_where_the_image_must_be_shown_for_CLIP_to_see_it()
    {
        using var scope = NewDisposeScope();
        using var source = Create(200, 0);
        using var cam = source.Of(new TwoClasses(), White)!;

        var (left, right) = (cam.HighResolution[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(0, Side / 2)].mean([1, 2]), cam.HighResolution[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(Side / 2, Side)].mean([1, 2]));
        Assert.That(left[0].item<float>(), Is.GreaterThan(1.5 * right[0].item<float>()));
        Assert.That(right[1].item<float>(), Is.GreaterThan(1.5 * left[1].item<float>()));
        Assert.That(cam.HighResolution.min().item<float>(), Is.GreaterThanOrEqualTo(0));
        Assert.That(cam.HighResolution.amax([1L, 2L]).ToFloats(), Is.All.EqualTo(1).Within(1e-4));
        Assert.That(cam.Strided.shape, Is.EqualTo(new long[] { 2, Side / 4, Side / 4 }));
    }

    [Test]
    public void Masks_are_the_same_in_every_run_and_others_with_another_seed()
    {
        float[] Map(int seed)
        {
            using var scope = NewDisposeScope();
            using var source = Create(20, seed);
            using var cam = source.Of(new TwoClasses(), White)!;
            return cam.HighResolution.ToFloats();
        }

        var first = Map(0);
        Assert.That(Map(0), Is.EqualTo(first));
        Assert.That(Map(1), Is.Not.EqualTo(first));
    }

    [Test]
    public void Nothing_is_left_in_native_memory()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var clip = new HalvesClip())
        using (var source = Create(20, 0, clip))
            source.Of(new TwoClasses(), White)!.Dispose();

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private static RgbImage White => new(Side, Side, [.. Enumerable.Repeat((byte)255, Side * Side * 3)]);

    private static ICamSource Create(int masks, int seed, ClipModel? clip = null) => new RiseOptions { Masks = masks, Cells = 4, Seed = seed, BatchSize = 7 }.Create(
        new CamSourceBase(["left", "right"], new ClipPrompts(clip ?? new HalvesClip(), "{}", [["left"], ["right"]], [])), new ModuleContext { Device = CPU, CacheFolder = "" });

    private sealed class TwoClasses : ISample
    {
        public string Id => "a";

        public IReadOnlyList<int> PresentClasses => [0, 1];

        public bool HasLabels => false;

        public RgbImage LoadImage() => White;

        public LabelMap LoadLabels() => throw new NotSupportedException();
    }

    /// <summary>Sees how bright each half of an image is; a text is one of the halves.</summary>
    private sealed class HalvesClip() : ClipModel("HalvesClip"), ITextTokenizer
    {
        public override int ImageResolution => Side;

        public override PixelNormalisation Normalisation => PixelNormalisation.ImageNet;

        public override int EmbeddingSize => 2;

        public override ITextTokenizer Tokenizer => this;

        public int ContextLength => 1;

        public long[] Encode(string text) => [text == "left" ? 0 : 1];

        public override Tensor EncodeImage(Tensor images) => images.mean([1, 2]).reshape(images.shape[0], 2, Side / 2).mean([2]);

        public override Tensor EncodeText(Tensor tokens) => nn.functional.one_hot(tokens.flatten(), 2).to_type(ScalarType.Float32);

        public override Tensor EmbedTokens(Tensor tokens) => throw new NotSupportedException();

        public override Tensor EncodeEmbedded(Tensor embedded, Tensor ends) => throw new NotSupportedException();
    }
}
