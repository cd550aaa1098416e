using Pole.Zoo.Prompts;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class PromptSelectionParityTests
{
    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("pole_similarity");

    [TestCaseSource(nameof(Cases))]
    public void Similarity_of_every_name_and_the_best_one_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var clip = ClipParityTests.Load(golden.Sibling("clip_vit", ""));
        var io = golden.Tensors();
        foreach (var entry in golden["cases"].EnumerateArray())
        {
            var index = entry.GetProperty("index").GetInt32();
            var similarity = PromptSelection.Similarity(clip.EncodeImage(io[$"{index}.image"]), clip.EncodeText(io[$"{index}.tokens"]));

            golden.AssertClose(similarity, io[$"{index}.similarity"], "similarity", $"similarity {index}");
            Assert.That(similarity.argmax(-1).data<long>().ToArray(), Is.EqualTo(entry.GetProperty("best").EnumerateArray().Select(best => best.GetInt64())));
        }
    }
}
