using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>Residual bottleneck adaptors on CLIP's embeddings; ratio 0 leaves an embedding exactly as it is.</summary>
public sealed record AdaptorOptions
{
    /// <summary>Share of the adapted image embedding in the mix with the original; 0 is exactly off.</summary>
    [Range(0.0, 1.0)] public double ImageRatio { get; init; }

    /// <summary>The same for text embeddings.</summary>
    [Range(0.0, 1.0)] public double TextRatio { get; init; }

    /// <summary>Width of the embedding over width of the bottleneck.</summary>
    [Range(1, 64)] public int Reduction { get; init; } = 4;

    /// <summary>Learning rate of the adaptors, as a multiple of the backbone's.</summary>
    [Range(0.0, 1000.0)] public double Rate { get; init; } = 1;
}
