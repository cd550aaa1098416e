using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>OpenAI's CLIP RN50.</summary>
[PoleModule("rn50")]
public sealed record Rn50Options : PublishedClipOptions
{
    private protected override int EmbeddingSize => 1024;

    private protected override PublishedWeights OpenAi => OpenAiFile("RN50.pt", "afeb0e10f9e5a86da6080e35cf09123aca3b358a0c3e3b6c78a7b63bc04b6762");
}
