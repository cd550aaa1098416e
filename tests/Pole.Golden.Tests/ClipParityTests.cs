using Pole.Zoo.Clip;
using Pole.Zoo.Weights;
using static TorchSharp.torch;

namespace Pole.Golden.Tests;

[Category("Golden")]
public sealed class ClipParityTests
{
    private static IEnumerable<TestCaseData> TransformerCases => GoldenCase.OfTopic("clip_vit");

    private static IEnumerable<TestCaseData> Cases => GoldenCase.OfTopic("clip_vit").Concat(GoldenCase.OfTopic("clip_rn"));

    [TestCaseSource(nameof(Cases))]
    public void Image_and_text_features_match_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var clip = Load(golden.Folder);
        var io = golden.Tensors();

        golden.AssertClose(clip.EncodeImage(io["image"]), io["image_features"], "features", "image features");
        golden.AssertClose(clip.EncodeText(io["tokens"]), io["text_features"], "features", "text features");
        golden.AssertClose(clip.LogitsPerImage(io["image"], io["tokens"]), io["logits_per_image"], "logits", "logits");
        golden.AssertClose(CosineSimilarity.Between(io["image_features"], io["text_features"]), io["cosine"], "cosine", "cosine");
    }

    [TestCaseSource(nameof(Cases))]
    public void Gradient_of_the_cosines_with_respect_to_the_image_matches_the_reference(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        using var clip = Load(golden.Folder);
        var io = golden.Tensors();
        var image = io["image"].clone().requires_grad_();

        CosineSimilarity.Between(clip.EncodeImage(image), clip.EncodeText(io["tokens"]).detach()).sum().backward();

        golden.AssertClose(image.grad!, io["grad_image_of_sum_cosine"], "grad", "gradient");
    }

    [TestCaseSource(nameof(TransformerCases))]
    public void The_number_of_text_heads_is_a_setting_of_its_own(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        var io = golden.Tensors();
        using var clip = Load(golden.Folder, architecture => architecture with { TextHeads = golden.DoubleTextHeads });

        golden.AssertClose(clip.EncodeText(io["tokens"]), io["text_features_double_text_heads"], "features", "text features");
    }

    /// <summary>Reads a case's OpenAI state dictionary into a frozen network of the architecture that the shapes say.</summary>
    internal static ClipNetwork Load(string folder, Func<ClipArchitecture, ClipArchitecture>? change = null)
    {
        using var file = WeightFile.Open(Path.Combine(folder, "openai_state_dict.safetensors"));
        var (architecture, weights) = ClipLoader.Describe(file);
        var clip = new ClipNetwork(change?.Invoke(architecture) ?? architecture, new WordTokenizer([], architecture.ContextLength));
        StateDictionary.Load(clip, weights, file.Path);
        clip.eval();
        return clip;
    }
}
