using System.ComponentModel.DataAnnotations;
using Pole.Pipeline.Inference.ClipEs;
using Pole.Pipeline.Inference.FrozenClip;

namespace Pole.Pipeline.Inference.WeClip;

/// <summary>Masks that are made of image-level labels in every batch: CAMs of the frozen CLIP as <c>clip-es</c> has them, and PAR. The defaults are those of WeCLIP on VOC.</summary>
public sealed record OnlineMaskOptions
{
    /// <summary>CAMs along the attention. Left out: the published threshold, blocks and squarings.</summary>
    public AttentionRefinementOptions? Refinement { get; init; }

    /// <summary>Share of the training's steps after which the learnt affinity refines the attention. 1: never.</summary>
    [Range(0.0, 1.0)] public double LearntFrom { get; init; } = 0.5;

    /// <summary>Last blocks of the image tower whose attentions the learnt affinity refines: 6 on VOC, 10 on COCO.</summary>
    [Range(1, 64)] public int LearntBlocks { get; init; } = 6;

    /// <summary>Score of the background: (1 − the strongest CAM) to this power.</summary>
    [Range(0.1, 1000.0)] public double BackgroundPower { get; init; } = 1;

    /// <summary>Refinement by the colours of the image. Left out: the published one.</summary>
    public PixelAdaptiveOptions? PixelAdaptive { get; init; }
}
