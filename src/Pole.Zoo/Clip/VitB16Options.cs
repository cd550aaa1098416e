using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>OpenAI's CLIP ViT-B/16.</summary>
[PoleModule("vit-b-16")]
public sealed record VitB16Options : PublishedVitOptions
{
    private protected override int EmbeddingSize => 512;

    private protected override PublishedWeights OpenAi => OpenAiFile("ViT-B-16.pt", "5806e77cd80f8b59890b7e101eabd078d9fb84e6937f9e85e4ecb61988df416f");

    private protected override string HuggingFaceName => "clip-vit-base-patch16";
}
