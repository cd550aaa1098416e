using Pole.Pipeline.Training;

namespace Pole.Pipeline.Stages;

/// <summary>What the built-in stages give each other, besides <see cref="Slots"/>.</summary>
internal static class PipelineSlots
{
    public static Slot<TrainedNetwork> Network { get; } = new("a CAM network");

    public static Slot<FeatureFolder> Features { get; } = new("embeddings of image × CAM");

    public static Slot<PromptChoices> Choices { get; } = new("chosen names");

    public static Slot<CamScores> CamScores { get; } = new("scores of the CAMs");

    public static Slot<LabelFolder> Labels { get; } = new("confident labels");

    public static Slot<TrainedAffinity> Affinity { get; } = new("affinities");

    public static Slot<MaskScores> MaskScores { get; } = new("scores of the masks");

    public static Slot<TrainedSegmentation> Segmentation { get; } = new("a segmentation network");

    public static Slot<SegmentationScores> SegmentationScores { get; } = new("scores of the segmentation");
}
