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

    [Test]
    public void Text_embeddings_are_those_of_the_published_layers([Values(64, 512)] int width)
    {
        using var scope = NewDisposeScope();
        using var network = Make(width);
        var tokens = tensor(network.Tokenizer.Encode("a photo of boat").Concat(network.Tokenizer.Encode("fish")).ToArray(), [2, network.Tokenizer.ContextLength]);

        AssertClose(network.EncodeText(tokens), new PublishedVitClip(network).EncodeText(tokens));
    }

    private static ClipNetwork Make(int width)
    {
        random.manual_seed(0);
        var network = new ClipNetwork(new ClipArchitecture
        {
            EmbeddingSize = 32, ImageResolution = 64, VisionLayers = [2], VisionWidth = width, VisionPatchSize = 16, VisionHeads = width / 64, ContextLength = 12, VocabularySize = 20, TextWidth = width, TextHeads = width / 64, TextLayers = 2,
        }, new WordTokenizer(["boat", "fish", "a", "photo", "of"], 12));
        network.eval();
        return network;
    }

    private static (Tensor Embeddings, IReadOnlyDictionary<string, Tensor> Gradients) WithGradients(ClipNetwork network, Func<Tensor, Tensor> encode, Tensor images)
    {
        network.zero_grad();
        var input = images.clone().requires_grad_(true);
        var embeddings = encode(input);
        embeddings.square().sum().backward();
        var gradients = network.named_parameters().Where(named => named.parameter.grad is not null).ToDictionary(named => named.name, named => named.parameter.grad!.clone());
        gradients["images"] = input.grad!;
        return (embeddings.detach(), gradients);
    }

    private static void AssertClose(Tensor actual, Tensor expected) =>
        Assert.That((actual - expected).abs().max().item<float>(), Is.LessThan(1e-4f * expected.abs().max().item<float>()));
}
