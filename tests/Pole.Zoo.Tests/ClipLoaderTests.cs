using Pole.Zoo.Clip;
using Pole.Zoo.Weights;

namespace Pole.Zoo.Tests;

public sealed class ClipLoaderTests
{
    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-clip-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCase(20, 77)]
    [TestCase(2, 12)]
    public void A_vocabulary_of_another_model_is_named_with_the_weights(int tokens, int contextLength)
    {
        var (weights, vocabulary, merges) = (Path.Combine(folder, "clip.safetensors"), Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
        using (var network = new ClipNetwork(new ClipArchitecture
        {
            EmbeddingSize = 32, ImageResolution = 64, VisionLayers = [1], VisionWidth = 64, VisionPatchSize = 16, VisionHeads = 1, ContextLength = contextLength, VocabularySize = tokens, TextWidth = 64, TextHeads = 1, TextLayers = 1,
        }, new WordTokenizer([], contextLength))) Safetensors.Write(weights, StateDictionary.Save(network));
        File.WriteAllText(vocabulary, """{"<|startoftext|>":0,"<|endoftext|>":1}""");
        File.WriteAllText(merges, "#version: 0.2\n");
        using var file = WeightFile.Open(weights);

        Assert.That(() => ClipLoader.Load(file, ClipTokenizer.Read(vocabulary, merges)), Throws.InstanceOf<ExperimentException>()
            .With.Message.StartsWith($"{vocabulary} has 2 tokens for texts of 77, the weights {weights} have embeddings of {tokens} for texts of {contextLength}: "));
    }
}
