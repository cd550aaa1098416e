using Pole.Pipeline.Inference.FrozenClip;
using Pole.Zoo.Clip;

namespace Pole.Pipeline.Inference.Excel;

/// <summary>CAMs along the attention between an image's patches, as CLIP-ES has it, with the settings of ExCEL.</summary>
public sealed record ExcelRefinementOptions : AttentionRefinementOptions
{
    public ExcelRefinementOptions() => (Threshold, Blocks) = (0.79, 6);

    /// <summary>How the heads of a block with a second path enter the mean over the blocks: as their sum, which is what the published network gives, while earlier blocks enter as the mean of their heads; or as their mean too.</summary>
    public HeadSum Heads { get; init; } = HeadSum.Sum;
}
