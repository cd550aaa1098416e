using Pole.Zoo.Clip;
using static TorchSharp.torch;

namespace Pole.Zoo.Tests;

/// <summary>However the towers compute, they give what the published layers give, at the widths of published networks and at small ones.</summary>
public sealed class VitClipTests
{
    [Test]
    public void Image_embeddings_and_their_gradients_are_those_of_the_published_layers([Values(64, 768)] int width)
    {
        using var scope = NewDisposeScope();
        using var network = Make(width);
        var images = rand(3, 3, 64, 64);

        var (embeddings, gradients) = WithGradients(network, network.EncodeImage, images);
        var (expected, expectedGradients) = WithGradients(network, new PublishedVitClip(network).EncodeImage, images);

        AssertClose(embeddings, expected);
        Assert.That(gradients.Count(gradient => gradient.Key.StartsWith("visual", StringComparison.Ordinal)), Is.EqualTo(network.named_parameters().Count(named => named.name.StartsWith("visual", StringComparison.Ordinal))));
        foreach (var (name, gradient) in gradients) AssertClose(gradient, expectedGradients[name]);
    }

    /// <summary>Start and end tokens besides: the longest text ends in the last place of a vector, in the first of the next, and in the last place there is.</summary>
    [Test]
    public void Text_embeddings_and_their_gradients_are_those_of_the_published_layers_whatever_their_lengths([Values(64, 512)] int width, [Values(3, 14, 15, 38)] int words)
    {
        using var scope = NewDisposeScope();
        using var network = Make(width);
        var tokens = tensor(network.Tokenizer.Encode(string.Join(' ', Enumerable.Repeat("boat", words))).Concat(network.Tokenizer.Encode("fish")).ToArray(), [2, network.Tokenizer.ContextLength]);
        var ends = tokens.argmax(1);
        Assert.That(ends.max().item<long>(), Is.EqualTo(words + 1));

        var (embeddings, gradients) = WithGradients(network, embedded => network.EncodeEmbedded(embedded, ends), network.EmbedTokens(tokens).detach());
        var (expected, expectedGradients) = WithGradients(network, embedded => new PublishedVitClip(network).EncodeEmbedded(embedded, ends), network.EmbedTokens(tokens).detach());

        AssertClose(embeddings, expected);
        AssertClose(network.EncodeText(tokens), expected);
        Assert.That(gradients, Has.Count.EqualTo(network.named_parameters().Count(named => named.name.StartsWith("transformer", StringComparison.Ordinal)) + 5));
        foreach (var (name, gradient) in gradients) AssertClose(gradient, expectedGradients[name]);
    }

    private static ClipNetwork Make(int width)
    {
        random.manual_seed(0);
        var network = new ClipNetwork(new ClipArchitecture
        {
            EmbeddingSize = 32, ImageResolution = 64, VisionLayers = [2], VisionWidth = width, VisionPatchSize = 16, VisionHeads = width / 64, ContextLength = 40, VocabularySize = 20, TextWidth = width, TextHeads = width / 64, TextLayers = 2,
        }, new WordTokenizer(["boat", "fish", "a", "photo", "of"], 40));
        network.eval();
        return network;
    }

    private static (Tensor Embeddings, IReadOnlyDictionary<string, Tensor> Gradients) WithGradients(ClipNetwork network, Func<Tensor, Tensor> encode, Tensor inputs)
    {
        network.zero_grad();
        var input = inputs.clone().requires_grad_(true);
        var embeddings = encode(input);
        embeddings.square().sum().backward();
        var gradients = network.named_parameters().Where(named => named.parameter.grad is not null).ToDictionary(named => named.name, named => named.parameter.grad!.clone());
        gradients["inputs"] = input.grad!;
        return (embeddings.detach(), gradients);
    }

    private static void AssertClose(Tensor actual, Tensor expected) =>
        Assert.That((actual - expected).abs().max().item<float>(), Is.LessThan(1e-4f * expected.abs().max().item<float>()));
}
