using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages;
using Pole.Pipeline.Training;

namespace Pole.Pipeline;

/// <summary>One experiment from data to score. Stages whose results are stored are not run again.</summary>
public sealed class ExperimentRun
{
    private readonly Experiment experiment;
    private readonly RunContext context;
    private readonly IDataset dataset;
    private TrainedNetwork? trained;
    private PromptChoices? choices;
    private SegmentationOutcome? segmentation;

    public ExperimentRun(Experiment experiment, RunContext context)
    {
        (this.experiment, this.context) = (experiment, context with { Store = context.Store.For(context.Progress) });
        dataset = experiment.Dataset.Create(context.Modules);
    }

    public IDataset Dataset => dataset;

    /// <exception cref="ExperimentException">Data or weights are missing or damaged, or a result cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; finished stages and a checkpoint of a training are kept.</exception>
    public ExperimentResult Run()
    {
        Prepare();
        context.Observer?.RunBegins(dataset);
        var network = TrainCams();
        var (folder, score, thresholds) = EvaluationStage.Measure(experiment, dataset, network, context);
        var result = new ExperimentResult(experiment, score, choices is { All.Count: > 0 } ? choices : null, dataset.Skipped)
        {
            Thresholds = thresholds,
            Images = [new MeasuredImages(ChainScore.Cam, score.Split, Path.Combine(folder, ImageScore.FileOf(ChainScore.Cam)))],
        };
        return RunChain(result, network) with { Stages = context.Store.Finished };
    }

    internal void Prepare()
    {
        try
        {
            context.Progress.Stage("data", progress => dataset.Prepare(progress, context.Cancellation));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"the data set cannot be prepared: {exception.Message} Free space there or give another folder with --store", exception);
        }

        // A split that is not there ends the run now, not after the training.
        if (experiment.Segmentation is { } options) dataset.Samples(SegmentationStage.SplitOf(options, dataset));
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
    private ExperimentResult RunChain(ExperimentResult result, TrainedNetwork network)
    {
        if (experiment.Refinement is null && experiment.Segmentation is null) return result;
        if (experiment.Segmentation is { Masks: MaskSource.Truth })
            return Segment(result, network, null, CanonicalSpec.Fingerprint(new object[] { experiment.Dataset, dataset.Version, dataset.Skipped }));

        var (folder, key, scores) = PseudoMaskStage.Make(experiment, CamInput.Of(network, experiment, dataset, context), () => Backbone(experiment.Refinement!.Backbone, network), context);
        result = result with { MasksFolder = folder, Chain = scores, Images = [.. result.Images, .. MeasuredImages.Of(folder, scores)] };
        return experiment.Segmentation is null ? result : Segment(result, network, folder, key);
    }

    private ExperimentResult Segment(ExperimentResult result, TrainedNetwork network, string? masksFolder, string masksKey)
    {
        segmentation = SegmentationStage.Run(experiment, dataset, masksFolder, masksKey, Backbone(experiment.Segmentation!.Backbone, network), context);
        return result with { PredictionsFolder = segmentation.Folder, Chain = [.. result.Chain, .. segmentation.Scores], Images = [.. result.Images, .. MeasuredImages.Of(segmentation.Folder, segmentation.Scores)] };
    }

    private BackboneSource Backbone(IModuleOptions<Backbone>? own, TrainedNetwork network) => BackboneSource.Of(own, () => network, experiment, context);

    /// <summary>The CAMs of a run that has ended; the caller disposes them.</summary>
    public NetworkCams LoadCams() => new((trained ?? throw new InvalidOperationException("run the experiment first")).Load(experiment, dataset, context), experiment.Cam, context.Modules.Device);

    /// <summary>The segmentation network of a run that has ended, which the caller disposes; null where the experiment has none.</summary>
    public SegmentationInference? LoadSegmentation() => segmentation?.Load();
}
