using Pole.Zoo.Weights;

namespace Pole.Zoo.Clip;

/// <summary>OpenAI's CLIP RN101.</summary>
[PoleModule("rn101")]
public sealed record Rn101Options : PublishedClipOptions
{
    private protected override int EmbeddingSize => 512;

    private protected override PublishedWeights OpenAi => OpenAiFile("RN101.pt", "8fa8567bab74a42d41c5915025a8e4538c3bdbe8804a470a72f30b0d94fab599");
}
