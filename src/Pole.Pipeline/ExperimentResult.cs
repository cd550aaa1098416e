using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Training;

namespace Pole.Pipeline;

/// <summary>What an experiment gave.</summary>
/// <param name="Score">Of the CAMs, without refinement; null where the data set has no label maps to measure against.</param>
/// <param name="Choices">The names chosen for the training images, or for the evaluated ones by a source of CAMs that trains nothing; null where the experiment has no choice.</param>
/// <param name="Skipped">Images left out because they cannot be read; empty unless the spec allows it.</param>
public sealed record ExperimentResult(Experiment Experiment, SegmentationScore? Score, PromptChoices? Choices, IReadOnlyList<string> Skipped)
{
    /// <summary>mIoU of the CAMs at every threshold of a grid.</summary>
    public IReadOnlyList<ThresholdScore> Thresholds { get; init; } = [];

    /// <summary>Scores of masks and segmentation, in the order of the chain; empty where the experiment ends with CAMs.</summary>
    public IReadOnlyList<ChainScore> Chain { get; init; } = [];

    /// <summary>What the steps of the refinement have to say of images, a sentence each: <c>CRF + SAM masks: 12 of 1464 images have no masks and keep their labels</c>.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>What each image adds to the score of each step, the CAMs first.</summary>
    public IReadOnlyList<MeasuredImages> Images { get; init; } = [];

    /// <summary>ID.png of every training image; null where the experiment makes no masks.</summary>
    public string? MasksFolder { get; init; }

    /// <summary>ID.png of every image of the split that segmentation is measured on; null where the experiment has none.</summary>
    public string? PredictionsFolder { get; init; }

    /// <summary>The stages of the experiment, in the order that their results were needed in.</summary>
    public IReadOnlyList<FinishedStage> Stages { get; init; } = [];

    /// <summary>Digests of the data and weights that the stages read, by name: <c>train.images</c>, <c>weights ViT-B-32.pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();
}
