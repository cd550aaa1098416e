using Pole.Zoo.Clip;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

/// <summary>OpenAI's .pt files are TorchScript archives in 16-bit floats.</summary>
[Category("Golden")]
public sealed class PublishedArchiveTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("clip_vit").Concat(GoldenCase.OfTopic("clip_rn"));

    [TestCaseSource(nameof(Cases))]
    public void An_archive_holds_the_weights_of_the_state_dictionary(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var context = new ModuleContext { Device = CPU, CacheFolder = "", WeightsFolder = golden.Folder };
        var archive = new PublishedWeights("torchscript.pt", "the golden set").Read(context);
        var expected = golden.Tensors("openai_state_dict.safetensors");
        using var clip = new ClipNetwork(ClipArchitecture.FromWeights(archive), new WordTokenizer([], 77));

        StateDictionary.Load(clip, archive, "archive");

        foreach (var (key, tensor) in expected.Where(entry => entry.Value.is_floating_point()))
            Assert.That(archive[key].allclose(tensor, rtol: 1e-3, atol: 1e-3), key);
    }
}
