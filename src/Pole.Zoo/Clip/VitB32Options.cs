using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>OpenAI's CLIP ViT-B/32, the judge of CLIMS and POLE.</summary>
[PoleModule("vit-b-32")]
public sealed record VitB32Options : PublishedVitOptions
{
    private protected override int EmbeddingSize => 512;

    private protected override PublishedWeights OpenAi => OpenAiFile("ViT-B-32.pt", "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af");

    private protected override string HuggingFaceName => "clip-vit-base-patch32";
}
