using System.ComponentModel.DataAnnotations;
using Pole.Zoo.Cam;

namespace Pole.Pipeline.Inference.FrozenClip;

/// <summary>CAMs along the attention between an image's patches; see <see cref="ClassAwareAffinity"/>. The defaults are those of CLIP-ES on VOC.</summary>
public record AttentionRefinementOptions
{
    /// <summary>λ: a CAM is taken from the rectangles around what is above this share of its maximum. 0.4 on VOC, 0.7 on COCO.</summary>
    [Range(0.0, 1.0)] public double Threshold { get; init; } = 0.4;

    /// <summary>Last blocks of the image tower whose attentions are averaged.</summary>
    [Range(1, 64)] public int Blocks { get; init; } = 8;

    /// <summary>How often the transitions are squared: a CAM goes 2^squarings steps.</summary>
    [Range(0, 16)] public int Squarings { get; init; } = 1;
}
