using Pole.Pipeline.Training;
using Pole.Zoo.Prompts.Learning;

namespace Pole.Pipeline.Stages;

/// <summary>What the built-in stages give each other, besides <see cref="Slots"/>.</summary>
internal static class PipelineSlots
{
    public static Slot<PretrainedClip> PretrainedClip { get; } = new("a pretrained small CLIP");

    public static Slot<FittedProjection> Projection { get; } = new("a fitted projection into the space of text embeddings");

    public static Slot<TrainedNetwork> Network { get; } = new("a CAM network");

    /// <summary>Where every training under CLIP begins: what <see cref="Network"/> holds before the first.</summary>
    public static Slot<TrainedNetwork> Baseline { get; } = new("a baseline CAM network");

    /// <summary>For background prompts to be learnt of.</summary>
    public static Slot<TrainedNetwork> Matched { get; } = new("a CAM network of the stage segment-label-matching");

    /// <summary>A row a class.</summary>
    public static Slot<FixedPrompts> BackgroundPrompts { get; } = new("learnt background prompts");

    /// <summary>Of any image: what <see cref="Slots.Cams"/> holds before a stage from outside makes others of the training images.</summary>
    public static Slot<CamSet> CamSource { get; } = new("a source of CAMs");

    public static Slot<FeatureFolder> Features { get; } = new("embeddings of image × CAM");

    public static Slot<PromptChoices> Choices { get; } = new("chosen names");

    public static Slot<CamScores> CamScores { get; } = new("scores of the CAMs");

    public static Slot<LabelFolder> Labels { get; } = new("confident labels");

    public static Slot<TrainedAffinity> Affinity { get; } = new("affinities");

    public static Slot<StepMasks> StepMasks { get; } = new("masks after each step");

    public static Slot<MaskScores> MaskScores { get; } = new("scores of the masks");

    public static Slot<TrainedSegmentation> Segmentation { get; } = new("a segmentation network");

    public static Slot<SegmentationScores> SegmentationScores { get; } = new("scores of the segmentation");
}
