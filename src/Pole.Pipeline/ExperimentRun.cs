using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Stages;
using Pole.Pipeline.Training;
using Pole.Zoo.Cam;

namespace Pole.Pipeline;

/// <summary>What an experiment gave.</summary>
/// <param name="Choices">The names chosen for the training images; null where the experiment has no choice.</param>
/// <param name="Skipped">Images left out because they cannot be read; empty unless the spec allows it.</param>
public sealed record ExperimentResult(Experiment Experiment, SegmentationScore Score, PromptChoices? Choices, IReadOnlyList<string> Skipped)
{
    /// <summary>Scores of masks and segmentation, in the order of the chain; empty where the experiment ends with CAMs.</summary>
    public IReadOnlyList<ChainScore> Chain { get; init; } = [];
}

/// <summary>One experiment from data to score. Stages whose results are stored are not run again.</summary>
public sealed class ExperimentRun
{
    private readonly Experiment experiment;
    private readonly RunContext context;
    private readonly IDataset dataset;
    private TrainedNetwork? trained;
    private PromptChoices? choices;

    public ExperimentRun(Experiment experiment, RunContext context)
    {
        (this.experiment, this.context) = (experiment, context);
        dataset = experiment.Dataset.Create(context.Modules);
    }

    public IDataset Dataset => dataset;

    /// <exception cref="ExperimentException">Data or weights are missing or damaged, or a result cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; finished stages are kept.</exception>
    public ExperimentResult Run()
    {
        Prepare();
        var network = TrainCams();
        var score = EvaluationStage.Measure(experiment, dataset, network, context);
        return new ExperimentResult(experiment, score, choices is { All.Count: > 0 } ? choices : null, dataset.Skipped) { Chain = RunChain(network) };
    }

    internal void Prepare()
    {
        context.Progress.Stage("data", progress => dataset.Prepare(progress, context.Cancellation));
        // A split that is not there ends the run now, not after the training.
        if (experiment.Segmentation is { } segmentation) dataset.Samples(SegmentationStage.SplitOf(segmentation, dataset));
    }

    /// <summary>As far as the CAM network; the data set is prepared.</summary>
    internal TrainedNetwork TrainCams()
    {
        if (trained is not null) return trained;
        if (experiment.Clip is null) return trained = BaselineStage.Train(experiment, dataset, context);

        // The judge is made first: missing weights end the run before an hour of training, not after it.
        var (clip, clipKey) = ClipStage.Load(experiment, () => dataset, context);
        using var owned = clip;
        var baseline = BaselineStage.Train(experiment, dataset, context);
        (choices, var choicesKey) = SelectionStage.Select(experiment, dataset, baseline, clip, clipKey, context);
        return trained = ClimsStage.Train(experiment, dataset, baseline, clip, clipKey, choices, choicesKey, context);
    }

    /// <summary>From CAMs on, as far as the experiment goes.</summary>
    private IReadOnlyList<ChainScore> RunChain(TrainedNetwork network)
    {
        if (experiment.Refinement is null && experiment.Segmentation is null) return [];
        if (experiment.Segmentation is { Masks: MaskSource.Truth } bound)
            return SegmentationStage.Run(experiment, dataset, null, CanonicalSpec.Fingerprint(new object[] { experiment.Dataset, dataset.Version, dataset.Skipped }), Backbone(bound.Backbone), context).Scores;

        var (folder, key, scores) = PseudoMaskStage.Make(experiment, CamInput.Of(network, experiment, dataset, context), () => Backbone(experiment.Refinement!.Backbone), context);
        return experiment.Segmentation is { } segmentation ? [.. scores, .. SegmentationStage.Run(experiment, dataset, folder, key, Backbone(segmentation.Backbone), context).Scores] : scores;

        BackboneSource Backbone(IModuleOptions<Backbone>? own) => BackboneSource.Of(own, () => network, experiment, context);
    }

    /// <summary>The network of a run that has ended; the caller disposes it.</summary>
    public CamNetwork LoadNetwork() => (trained ?? throw new InvalidOperationException("run the experiment first")).Load(experiment, dataset, context);
}
