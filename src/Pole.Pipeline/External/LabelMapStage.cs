using Pole.Pipeline.Stages;

namespace Pole.Pipeline.External;

/// <summary>A stage of an experiment that leaves label maps, a PNG per image.</summary>
/// <param name="Name">What the label maps are.</param>
/// <param name="In">Their folder in the stage's result.</param>
public sealed record LabelMapStage(string Name, string Stage, Func<string, string> In)
{
    /// <summary>The masks that segmentation is trained on, and what the segmentation network says of the split that it is measured on, where the experiment has them.</summary>
    public static IReadOnlyList<LabelMapStage> Of(Experiment experiment)
    {
        var graph = StageGraph.Of(experiment);
        var stages = new List<LabelMapStage>();
        if (graph.Filling(Slots.Masks) is { } masks) stages.Add(new LabelMapStage("pseudo-masks", masks.Name, folder => masks.Stage is PseudoMaskStage ? new StepFolder(folder).Masks : folder));
        if (graph.Filling(PipelineSlots.SegmentationScores) is { } predictions) stages.Add(new LabelMapStage("predictions", predictions.Name, folder => folder));
        return stages;
    }
}
