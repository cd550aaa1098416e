using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>OpenAI's CLIP ViT-L/14.</summary>
[PoleModule("vit-l-14")]
public sealed record VitL14Options : PublishedVitOptions
{
    private protected override int EmbeddingSize => 768;

    private protected override PublishedWeights OpenAi => OpenAiFile("ViT-L-14.pt", "b8cca3fd41ae0c99ba7e8951adf17d267cdb84cd88be6f7c2e0eca1737a03836");

    private protected override string HuggingFaceName => "clip-vit-large-patch14";
}
