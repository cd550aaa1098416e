using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pole.Zoo.Clip;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

/// <summary>A Hugging Face folder, made from the reference files: shards with an index, and the tokenizer's three files.</summary>
[Category("Golden")]
public sealed class HuggingFaceFolderTests
{
    private static readonly string[] Texts = ["a photo of a dining table.", "Potted Plant's", "naïve café 犬 42"];

    private string folder = "";

    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("clip_vit");

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("pole-hf-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestCaseSource(nameof(Cases))]
    public void Shards_are_read_as_one_model(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        File.Copy(Path.Combine(golden.Folder, "config.json"), Path.Combine(folder, "config.json"));
        WriteShards(golden.Tensors("huggingface.safetensors"));
        var io = golden.Tensors();

        using var file = WeightFile.Open(folder);
        using var clip = ClipLoader.Load(file, new WordTokenizer([], golden.ContextLength));
        clip.eval();

        Assert.That(file.Files, Has.Count.EqualTo(3));
        golden.AssertClose(clip.EncodeImage(io["image"]), io["image_features"], "features", "image features");
        golden.AssertClose(clip.EncodeText(io["tokens"]), io["text_features"], "features", "text features");
    }

    [TestCaseSource(nameof(Cases))]
    public void The_number_of_heads_comes_from_the_configuration(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var configuration = JsonNode.Parse(File.ReadAllText(Path.Combine(golden.Folder, "config.json")))!;
        configuration["text_config"]!["num_attention_heads"] = golden.DoubleTextHeads;
        File.WriteAllText(Path.Combine(folder, "config.json"), configuration.ToJsonString());
        WriteShards(golden.Tensors("huggingface.safetensors"));
        var io = golden.Tensors();

        using var file = WeightFile.Open(folder);
        using var clip = ClipLoader.Load(file, new WordTokenizer([], golden.ContextLength));
        clip.eval();

        golden.AssertClose(clip.EncodeText(io["tokens"]), io["text_features_double_text_heads"], "features", "text features");
    }

    [TestCaseSource(nameof(Cases))]
    public void Without_its_configuration_the_folder_is_refused(GoldenCase golden)
    {
        File.Copy(Path.Combine(golden.Folder, "huggingface.safetensors"), Path.Combine(folder, "model.safetensors"));
        using var file = WeightFile.Open(folder);

        Assert.That(() => ClipLoader.Load(file, new WordTokenizer([], golden.ContextLength)), Throws.InstanceOf<ExperimentException>().With.Message.Contains("config.json does not exist"));
    }

    [Test]
    public void The_tokenizer_of_either_publication_gives_the_same_ids()
    {
        var published = TokenizerParityTests.VocabularyFile();
        WriteTokenizer(published);
        var expected = ClipTokenizer.Read(published);
        var tokenizers = new[]
        {
            ClipTokenizer.Read(Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt")),
            ClipTokenizer.ReadTokenizerJson(Path.Combine(folder, "tokenizer.json")),
        };

        foreach (var text in Texts) Assert.That(tokenizers.Select(tokenizer => tokenizer.Encode(text)), Is.All.EqualTo(expected.Encode(text)), text);
    }

    private void WriteShards(IReadOnlyDictionary<string, Tensor> weights)
    {
        var map = new Dictionary<string, string>();
        foreach (var shard in weights.Chunk((weights.Count + 2) / 3).Select((entries, index) => (entries, name: $"model-{index + 1:d5}-of-00003.safetensors")))
        {
            Safetensors.Write(Path.Combine(folder, shard.name), shard.entries.ToDictionary());
            foreach (var (key, _) in shard.entries) map[key] = shard.name;
        }

        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), JsonSerializer.Serialize(new { metadata = new { }, weight_map = map }));
    }

    private void WriteTokenizer(string published)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(published), CompressionMode.Decompress));
        var merges = reader.ReadToEnd().Split('\n').Skip(1).Take(49152 - 256 - 2).ToList();
        var bytes = Enumerable.Range('!', 94).Concat(Enumerable.Range('¡', 12)).Concat(Enumerable.Range('®', 82)).ToList();
        var symbols = bytes.Concat(Enumerable.Range(256, 68)).Select(code => ((char)code).ToString()).ToList();
        var vocabulary = symbols.Concat(symbols.Select(symbol => $"{symbol}</w>")).Concat(merges.Select(merge => merge.Replace(" ", ""))).Append("<|startoftext|>").Append("<|endoftext|>")
            .Select((symbol, id) => (symbol, id)).ToDictionary(entry => entry.symbol, entry => entry.id);
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(vocabulary));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), merges.Prepend("#version: 0.2"));
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), JsonSerializer.Serialize(new { model = new { vocab = vocabulary, merges = merges.Select(merge => merge.Split(' ')) } }));
    }
}
