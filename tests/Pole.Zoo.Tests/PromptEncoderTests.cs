using Pole.Zoo.Clip;
using Pole.Zoo.Prompts;
using TorchSharp;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>Prompts of many names.</summary>
public sealed class PromptEncoderTests
{
    private const string Template = "a photo of {}.";

    private static readonly string[] Names = [.. Enumerable.Range(0, 130).Select(number => $"name{number}")];

    [Test]
    public void Names_beyond_what_is_encoded_at_once_have_their_own_embeddings_in_their_order()
    {
        using var scope = NewDisposeScope();
        using var clip = Clip();

        var embeddings = PromptEncoder.Encode(clip, Template, Names, CPU);

        Assert.That(embeddings.shape, Is.EqualTo(new long[] { Names.Length, clip.EmbeddingSize }));
        var expected = cat([.. Names.Select(name => PromptEncoder.Encode(clip, Template, [name], CPU))], 0);
        Assert.That((embeddings - expected).abs().max().item<float>(), Is.LessThan(1e-5));
        // Embeddings that were all alike would pass in any order.
        Assert.That((expected - expected.roll(1, 0)).abs().amax([1L]).min().item<float>(), Is.GreaterThan(1e-3));
    }

    [Test]
    public void Nothing_is_left_in_native_memory()
    {
        using var clip = Clip();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        PromptEncoder.Encode(clip, Template, Names, CPU).Dispose();

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    private static ClipModel Clip()
    {
        random.manual_seed(0);
        var clip = new TinyClipOptions { EmbeddingSize = 32, TextWidth = 32 }.CreateUntrained([.. Names, "a", "photo", "of"]);
        clip.eval();
        return clip;
    }
}
