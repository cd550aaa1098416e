using System.ComponentModel.DataAnnotations;

namespace Pole;

/// <summary>Small networks behind the frozen CLIP, trained with the CAM network; an embedding without one stays as it is.</summary>
public sealed record AdaptorOptions
{
    /// <summary>Adaptor of the embeddings of foreground and background. Left out: none.</summary>
    public IModuleOptions<Adaptor, ClipModel>? Image { get; init; }

    /// <summary>Adaptor of the embeddings of prompts. Left out: none.</summary>
    public IModuleOptions<Adaptor, ClipModel>? Text { get; init; }

    /// <summary>Whether the adaptor of prompts adapts the background prompts too. The paper's public material does not say.</summary>
    public bool AdaptBackgrounds { get; init; } = true;

    /// <summary>Learning rate of the adaptors, as a multiple of the backbone's.</summary>
    [Range(0.0, 1000.0)] public double Rate { get; init; } = 1;
}
