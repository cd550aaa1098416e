using Pole.Zoo.Clip;

namespace Pole.Benchmarks;

/// <summary>Sizes of published networks, which have random weights here: speed does not depend on them.</summary>
internal static class PublishedArchitecture
{
    public static ClipArchitecture VitB32 { get; } = new()
    {
        EmbeddingSize = 512, ImageResolution = 224, VisionLayers = [12], VisionWidth = 768, VisionPatchSize = 32, VisionHeads = 12, ContextLength = 77, VocabularySize = 49_408, TextWidth = 512, TextHeads = 8, TextLayers = 12,
    };

    public static ClipArchitecture VitB16 { get; } = VitB32 with { VisionPatchSize = 16 };
}
