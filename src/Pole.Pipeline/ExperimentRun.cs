using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages;
using Pole.Pipeline.Training;

namespace Pole.Pipeline;

/// <summary>One experiment from data to score. Stages whose results are stored are not run again.</summary>
public sealed class ExperimentRun
{
    private readonly Experiment experiment;
    private readonly IDataset dataset;
    private RunContext context;
    private TrainedNetwork? trained;
    private PromptChoices? choices;
    private (string Folder, string Key, IReadOnlyList<ChainScore> Scores)? masks;
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
        RunChain(network);
        return new ExperimentResult(experiment, score, choices is { All.Count: > 0 } ? choices : null, dataset.Skipped)
        {
            Thresholds = thresholds,
            Chain = [.. masks?.Scores ?? [], .. segmentation?.Scores ?? []],
            Images =
            [
                new MeasuredImages(ChainScore.Cam, score.Split, Path.Combine(folder, ImageScore.FileOf(ChainScore.Cam))),
                .. masks is { } made ? MeasuredImages.Of(made.Folder, made.Scores) : [],
                .. segmentation is { } outcome ? MeasuredImages.Of(outcome.Folder, outcome.Scores) : [],
            ],
            MasksFolder = masks?.Folder,
            PredictionsFolder = segmentation?.Folder,
            Stages = context.Store.Finished,
        };
    }

    /// <summary>The same for several experiments; a data set that they share is prepared once.</summary>
    /// <inheritdoc cref="Plan()"/>
    public static IReadOnlyList<IReadOnlyList<PlannedStage>> Plan(IReadOnlyList<Experiment> experiments, RunContext context)
    {
        var runs = experiments.GroupBy(experiment => CanonicalSpec.Fingerprint(experiment.Dataset)).ToDictionary(group => group.Key, group => new ExperimentRun(group.First(), context));
        foreach (var run in runs.Values) run.Prepare();
        return [.. experiments.Select(experiment => ExperimentPlan.Of(experiment, runs[CanonicalSpec.Fingerprint(experiment.Dataset)].dataset, context))];
    }

    /// <summary>Produces one stage; those that it builds on must be stored.</summary>
    /// <param name="stage">A stage of <see cref="Plan()"/>.</param>
    /// <param name="shard">The part of the stage's images to do; null for all.</param>
    /// <returns>False where this part is done and others, of other runs, are not.</returns>
    /// <exception cref="ExperimentException">A stage that it builds on is not stored; data or weights are missing or damaged; a result cannot be written.</exception>
    public bool RunStage(string stage, ImageShard? shard)
    {
        var plan = Plan();
        var planned = plan.FirstOrDefault(planned => planned.Stage == stage) ?? throw new ExperimentException($"{experiment.Name} has no stage '{stage}'; it has {string.Join(", ", plan.Select(other => other.Stage))}");
        if (shard is not null && planned.Images is null) throw new ExperimentException($"{stage} is a training and has no parts");
        context = context with { Store = context.Store.For(context.Progress, ProductionScope.Only(stage, shard)) };
        try
        {
            if (stage == BaselineStage.Name) BaselineStage.Train(experiment, dataset, context);
            else if (stage == EvaluationStage.Name) EvaluationStage.Measure(experiment, dataset, TrainCams(), context);
            else RunChain(TrainCams());
        }
        catch (ShardFinishedException)
        {
            return false;
        }
        catch (StageNotStoredException missing) when (missing.Key.Stage != stage)
        {
            if (context.Store.Finished.All(finished => finished.Stage != stage))
                throw new ExperimentException($"{experiment.Name}: {stage} builds on the result of {missing.Key.Stage}, which is not stored: it was not run, or failed", missing);
        }

        return true;
    }

    /// <summary>The stages that <see cref="Run"/> needs, in the order of the chain; none is run, but the data set is prepared.</summary>
    /// <exception cref="ExperimentException">Data or weights are missing.</exception>
    public IReadOnlyList<PlannedStage> Plan()
    {
        Prepare();
        return ExperimentPlan.Of(experiment, dataset, context);
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
    private void RunChain(TrainedNetwork network)
    {
        if (experiment.Refinement is null && experiment.Segmentation is null) return;
        if (experiment.Segmentation is not { Masks: MaskSource.Truth })
            masks = PseudoMaskStage.Make(experiment, CamInput.Of(network, experiment, dataset, context), () => Backbone(experiment.Refinement!.Backbone, network), context);
        if (experiment.Segmentation is { } options)
            segmentation = SegmentationStage.Run(experiment, dataset, masks?.Folder, masks?.Key ?? SegmentationStage.TruthKey(experiment, dataset), Backbone(options.Backbone, network), context);
    }

    private BackboneSource Backbone(IModuleOptions<Backbone>? own, TrainedNetwork network) => BackboneSource.Of(own, () => network, experiment, context);

    /// <summary>The CAMs of a run that has ended; the caller disposes them.</summary>
    public NetworkCams LoadCams() => new((trained ?? throw new InvalidOperationException("run the experiment first")).Load(experiment, dataset, context), experiment.Cam, context.Modules.Device);

    /// <summary>The segmentation network of a run that has ended, which the caller disposes; null where the experiment has none.</summary>
    public SegmentationInference? LoadSegmentation() => segmentation?.Load();
}
