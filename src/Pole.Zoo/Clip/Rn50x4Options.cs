using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>OpenAI's CLIP RN50x4.</summary>
[PoleModule("rn50x4")]
public sealed record Rn50x4Options : PublishedClipOptions
{
    private protected override int EmbeddingSize => 640;

    private protected override PublishedWeights OpenAi => OpenAiFile("RN50x4.pt", "7e526bd135e493cef0776de27d5f42653e6b4c8bf9e0f653bb11773263205fdd");
}
