namespace Pole.Pipeline.Stages;

/// <summary>
/// Which keys of a spec each stage reads, and which stages it builds on: what has to be computed again when a spec changes, without running it. The
/// stages' own keys decide in a run; a test holds the two together.
/// </summary>
public static class StageDependencies
{
    private static readonly (string Stage, string[] Reads, string[] Upstream)[] Stages =
    [
        (ClipStage.Name, ["clip", "dataset", "seed"], []),
        (BaselineStage.Name, ["dataset", "backbone", "baseline", "baseline-weights", "seed"], []),
        (MaskedFeaturesStage.Name, ["cam.scales", "prompt.masking"], [ClipStage.Name, BaselineStage.Name]),
        (SelectionStage.Name, ["prompt.template", "prompt.corpus", "prompt.synonyms"], [MaskedFeaturesStage.Name]),
        (ClimsStage.Name, ["clims", "loss", "adaptor", "prompt.template", "prompt.learner", "prompt.backgrounds", "prompt.corpus", "prompt.synonyms", "seed"], [ClipStage.Name, BaselineStage.Name, SelectionStage.Name]),
        (EvaluationStage.Name, ["cam"], [ClimsStage.Name, BaselineStage.Name]),
        (ConfidentLabelsStage.Name, ["cam.scales", "refinement.foreground", "refinement.background", "refinement.crf"], [ClimsStage.Name, BaselineStage.Name]),
        (AffinityStage.Name, ["refinement.affinity", "refinement.backbone", "refinement.training", "seed"], [ClimsStage.Name, BaselineStage.Name, ConfidentLabelsStage.Name]),
        (PseudoMaskStage.Name, ["cam", "refinement.beta", "refinement.doublings", "refinement.walk-background", "refinement.background-power", "refinement.mask-crf"], [ClimsStage.Name, BaselineStage.Name, AffinityStage.Name]),
        (SegmentationStage.Name, ["segmentation.network", "segmentation.backbone", "segmentation.training", "segmentation.masks", "dataset", "seed"], [ClimsStage.Name, BaselineStage.Name, PseudoMaskStage.Name]),
        (SegmentationStage.EvaluationName, ["segmentation.crf", "segmentation.split"], [SegmentationStage.Name]),
    ];

    /// <summary>Every stage, in the order of the chain.</summary>
    public static IReadOnlyList<string> Names => [.. Stages.Select(entry => entry.Stage)];

    /// <summary>The stages of an experiment whose results change with the given keys, in the order of the chain.</summary>
    /// <param name="paths">Paths of keys: <c>cam.threshold</c>.</param>
    public static IReadOnlyList<string> Affected(Experiment experiment, IReadOnlyCollection<string> paths)
    {
        var affected = new List<string>();
        foreach (var (stage, reads, upstream) in Stages)
            if (Runs(experiment, stage) && (reads.Any(key => paths.Any(path => path == key || path.StartsWith($"{key}.", StringComparison.Ordinal))) || upstream.Any(affected.Contains))) affected.Add(stage);
        return affected;
    }

    /// <summary>The stages of an experiment that build on one, in the order of the chain.</summary>
    public static IReadOnlyList<string> After(Experiment experiment, string stage)
    {
        var after = new List<string> { stage };
        foreach (var (next, _, upstream) in Stages)
            if (Runs(experiment, next) && upstream.Any(after.Contains)) after.Add(next);
        return after[1..];
    }

    private static bool Runs(Experiment experiment, string stage)
    {
        var masks = experiment.Refinement is not null || experiment.Segmentation is { Masks: MaskSource.Pseudo };
        return stage switch
        {
            ClipStage.Name => experiment.Clip is ICaptionPretraining,
            MaskedFeaturesStage.Name or SelectionStage.Name => experiment.Prompt is { Synonyms: > 1 },
            ClimsStage.Name => experiment.Clip is not null,
            ConfidentLabelsStage.Name or AffinityStage.Name => experiment.Refinement is not null,
            PseudoMaskStage.Name => masks,
            SegmentationStage.Name or SegmentationStage.EvaluationName => experiment.Segmentation is not null,
            _ => true,
        };
    }
}
