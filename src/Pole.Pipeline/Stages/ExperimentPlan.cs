using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Stages;

/// <summary>A stage that an experiment needs.</summary>
/// <param name="Key">Hash of its key: the same stage of two experiments has one.</param>
/// <param name="Upstream">Keys of the stages of the plan whose results it reads.</param>
/// <param name="Images">How many images it works on, each by itself; null for a training.</param>
/// <param name="IsStored">Its result is there.</param>
public sealed record PlannedStage(string Stage, string Key, IReadOnlyList<string> Upstream, int? Images, bool IsStored);

/// <summary>
/// The stages of an experiment with their keys, known without running any. A run computes the same keys on its way; a test holds the two together.
/// </summary>
internal sealed class ExperimentPlan
{
    private readonly Experiment experiment;
    private readonly IDataset dataset;
    private readonly RunContext context;
    private readonly List<PlannedStage> stages = [];

    private ExperimentPlan(Experiment experiment, IDataset dataset, RunContext context) => (this.experiment, this.dataset, this.context) = (experiment, dataset, context);

    /// <param name="dataset">Prepared.</param>
    /// <returns>In the order of the chain.</returns>
    public static IReadOnlyList<PlannedStage> Of(Experiment experiment, IDataset dataset, RunContext context)
    {
        var plan = new ExperimentPlan(experiment, dataset, context);
        plan.AddAll();
        return plan.stages;
    }

    private void AddAll()
    {
        var clip = experiment.Clip is null ? null : ClipStage.KeyOf(experiment, dataset) is { } key ? Add(key) : CanonicalSpec.Fingerprint(experiment.Clip);
        var network = Add(BaselineStage.KeyOf(experiment, dataset, context.Modules));
        if (clip is not null) network = AddClims(network, clip);
        Add(EvaluationStage.KeyOf(experiment, network), dataset.EvaluationSplit);
        if (experiment.Refinement is null && experiment.Segmentation is null) return;

        var masks = experiment.Segmentation is { Masks: MaskSource.Truth } ? SegmentationStage.TruthKey(experiment, dataset) : AddMasks(network);
        if (experiment.Segmentation is not { } options) return;
        var segmentation = Add(SegmentationStage.KeyOf(experiment, masks, BackboneSource.KeyOf(options.Backbone, network)));
        Add(SegmentationStage.EvaluationKeyOf(experiment, segmentation), SegmentationStage.SplitOf(options, dataset));
    }

    private string AddClims(string baseline, string clip)
    {
        var choices = SelectionStage.GroundTruthKey;
        if (SelectionStage.Selects(experiment))
        {
            var features = Add(MaskedFeaturesStage.KeyOf(experiment, baseline, clip), dataset.TrainSplit);
            choices = Add(SelectionStage.KeyOf(experiment, dataset, features), dataset.TrainSplit);
        }

        return Add(ClimsStage.KeyOf(experiment, dataset, baseline, clip, choices));
    }

    private string AddMasks(string network)
    {
        var (input, affinity) = (CamInput.KeyOf(experiment, network), PseudoMaskStage.NoAffinityKey);
        if (experiment.Refinement is { } refinement)
        {
            var labels = Add(ConfidentLabelsStage.KeyOf(refinement, input), dataset.TrainSplit, network);
            affinity = Add(AffinityStage.KeyOf(experiment, labels, BackboneSource.KeyOf(refinement.Backbone, network)));
        }

        return Add(PseudoMaskStage.KeyOf(experiment, input, affinity), dataset.TrainSplit, network);
    }

    /// <param name="split">Whose images the stage works on one by one; null for a training.</param>
    /// <param name="network">Key of a network that the stage reads, though its own key names only what is read from it.</param>
    private string Add(StageKey key, string? split = null, string? network = null)
    {
        var upstream = key.Upstream.Append(network).OfType<string>().Where(hash => stages.Any(stage => stage.Key == hash)).Distinct().ToList();
        stages.Add(new PlannedStage(key.Stage, key.Hash, upstream, split is null ? null : dataset.Samples(split).Count, context.Store.IsStored(key)));
        return key.Hash;
    }
}
