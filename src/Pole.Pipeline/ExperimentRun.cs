using Pole.Pipeline.Artifacts;
using Pole.Pipeline.Evaluation;
using Pole.Pipeline.Inference;
using Pole.Pipeline.Stages;

namespace Pole.Pipeline;

/// <summary>One experiment from data to score. Stages whose results are stored are not run again.</summary>
public sealed class ExperimentRun
{
    private readonly Experiment experiment;
    private readonly Lazy<IDataset> dataset;
    private readonly RunContext context;
    private readonly StageGraph graph;
    private ChainRun? chain;

    public ExperimentRun(Experiment experiment, RunContext context)
    {
        (this.experiment, this.context) = (experiment, context with { Store = context.Store.For(context.Progress, context.Modules.Device.type) });
        dataset = new Lazy<IDataset>(() => experiment.Dataset.Create(context.Modules));
        graph = StageGraph.Of(experiment);
    }

    /// <summary>Made when it is first asked for: not every stage reads data.</summary>
    public IDataset Dataset => dataset.Value;

    /// <exception cref="ExperimentException">Data or weights are missing or damaged, or a result cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; finished stages and a checkpoint of a training are kept.</exception>
    public ExperimentResult Run()
    {
        using var run = Prepare();
        context.Observer?.RunBegins(Dataset);
        run.Produce(graph.Nodes);
        return Result(run);
    }

    /// <summary>The same from what is stored, without making anything.</summary>
    /// <exception cref="ExperimentException">A result is not stored, or damaged; says which.</exception>
    public ExperimentResult Collect()
    {
        using var run = Prepare();
        if (run.FindStored(graph.Nodes) is var (node, fault)) throw new ExperimentException($"{experiment.Name}: the result of stage '{node}' {fault}");
        return Result(run);
    }

    /// <summary>Produces one stage; those that it builds on must be stored.</summary>
    /// <param name="stage">A stage of <see cref="Plan()"/>.</param>
    /// <param name="shard">The part of the stage's images to do; null for all.</param>
    /// <returns>False where this part is done and others, of other runs, are not.</returns>
    /// <exception cref="ExperimentException">A stage that it builds on is not stored; data or weights are missing or damaged; a result cannot be written.</exception>
    public bool RunStage(string stage, ImageShard? shard)
    {
        var node = graph.Find(stage);
        if (shard is not null && node.Stage is not ImageStage) throw new ExperimentException($"{stage} is a training and has no parts");
        using var run = Prepare(node);
        var before = graph.Through(node).Where(other => other != node).ToList();
        run.Merge(before);
        if (run.FindStored(before) is var (missing, fault)) throw new ExperimentException($"{experiment.Name}: {stage} builds on the result of {missing}, which {fault}");
        return run.Produce(node, shard);
    }

    /// <summary>The stages that <see cref="Run"/> needs, in the order of the chain; none is run, but the data set is prepared.</summary>
    /// <exception cref="ExperimentException">Data or weights are missing.</exception>
    public IReadOnlyList<PlannedStage> Plan()
    {
        using var run = Prepare();
        return PlanOf(run);
    }

    /// <summary>The same for several experiments; a data set that they share is prepared once.</summary>
    /// <inheritdoc cref="Plan()"/>
    public static IReadOnlyList<IReadOnlyList<PlannedStage>> Plan(IReadOnlyList<Experiment> experiments, RunContext context)
    {
        var prepared = new Dictionary<string, (IDataset Dataset, DataContent Content)>(StringComparer.Ordinal);
        var plans = new List<IReadOnlyList<PlannedStage>>();
        IReadOnlyList<ExperimentRun> runs = [.. experiments.Select(experiment => new ExperimentRun(experiment, context))];
        RequiredInputs.Require([.. runs.Select(run => (run.graph, run.graph.Nodes))], context.Modules);
        foreach (var run in runs)
        {
            var data = CanonicalSpec.Fingerprint(run.experiment.Dataset);
            if (!prepared.TryGetValue(data, out var shared))
            {
                run.PrepareData(run.graph.Nodes, _ => { });
                shared = prepared[data] = (run.Dataset, run.ContentOf(new NoProgress()));
            }

            using var chain = new ChainRun(run.graph, () => shared.Dataset, shared.Content, run.context);
            plans.Add(PlanOf(chain));
        }

        return plans;
    }

    /// <summary>For each stage in the order of the chain: where its result is stored, or null; its key; and whether it could be made from what is stored.</summary>
    public IReadOnlyList<ExplainedStage> Explain()
    {
        using var run = Prepare();
        var explained = new List<ExplainedStage>();
        foreach (var node in graph.Nodes.Where(node => node.IsStored))
        {
            var missing = node.StoredUpstream.Any(upstream => explained.Any(other => other.Stage == upstream.Name && other.Folder is null));
            var fault = run.FindStored([node])?.Fault;
            explained.Add(new ExplainedStage(node.Name, run.KeyOf(node), fault is null ? run.FolderOf(node) : null, fault, missing));
        }

        return explained;
    }

    /// <summary>The CAMs of a run that has ended; the caller disposes them.</summary>
    public ICamSource LoadCams() => Ended.Final(PipelineSlots.CamSource)!.Open();

    /// <summary>The CAMs of any image, of what is stored; the caller disposes them.</summary>
    /// <exception cref="ExperimentException">Something that they are made of is not stored, or data or weights are missing.</exception>
    public ICamSource OpenCams() => ChainedCams.Open(FindTo(PipelineSlots.CamSource));

    /// <summary>The segmentation network of a run that has ended, which the caller disposes; null where the experiment has none.</summary>
    public SegmentationInference? LoadSegmentation() => Ended.Final(PipelineSlots.SegmentationScores)?.Load();

    /// <summary>As far as a stage that fills a slot, with the stages that it needs.</summary>
    /// <returns>The chain, which the caller disposes.</returns>
    internal ChainRun RunTo(Slot slot)
    {
        var end = graph.Filling(slot) ?? throw new ExperimentException($"{experiment.Name} has no {slot.Name}");
        var run = Prepare(end);
        run.Produce(graph.Through(end));
        return run;
    }

    /// <summary>The same where everything is stored; null where anything is not.</summary>
    internal ChainRun? StoredTo(Slot slot)
    {
        if (graph.Filling(slot) is not { } end) return null;
        var run = Prepare(end);
        if (run.FindStored(graph.Through(end)) is null) return run;
        run.Dispose();
        return null;
    }

    /// <summary>The same where everything has to be stored.</summary>
    /// <exception cref="ExperimentException">Something is not.</exception>
    internal ChainRun FindTo(Slot slot) => StoredTo(slot) ?? throw new ExperimentException($"{experiment.Name} is not in the store, or not all of it: run it first (pole run {experiment.Name})");

    /// <summary>Prepares data and keys; a missing image, weights file or split, or a sentence that is too long, ends the run now, not after a training.</summary>
    /// <param name="ends">The stages that are needed, with what they build on; none for all.</param>
    internal ChainRun Prepare(params IReadOnlyList<StageNode> ends)
    {
        ChainRun prepared = null!;
        var nodes = ends.Count == 0 ? graph.Nodes : graph.Through(ends);
        RequiredInputs.Require([(graph, nodes)], context.Modules);
        PrepareData(nodes, progress =>
        {
            prepared = new ChainRun(graph, () => Dataset, ContentOf(progress), context);
            foreach (var node in nodes) prepared.KeyOf(node);
        });
        if (nodes.Any(node => node.Stage.Reads.Contains(SpecValues.Descriptions))) DescriptionLengths.Require(experiment, context.Modules);
        return chain = prepared;
    }

    private ChainRun Ended => chain ?? throw new InvalidOperationException("run the experiment first");

    private DataContent ContentOf(IStageProgress progress) => new(() => Dataset, context.Digests, context.Contents, progress, context.Cancellation);

    /// <param name="nodes">What the data is for: nothing is prepared where none of them reads data.</param>
    private void PrepareData(IReadOnlyList<StageNode> nodes, Action<IStageProgress> then)
    {
        if (nodes.All(node => node.Stage.Data.Count == 0))
        {
            then(new NoProgress());
            return;
        }

        try
        {
            context.Progress.Stage("data", progress =>
            {
                Dataset.Prepare(progress, context.Cancellation);
                then(progress);
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ExperimentException($"the data set cannot be prepared: {exception.Message.TrimEnd('.')}. Free some space, or choose another folder with --store", exception);
        }
    }

    private static List<PlannedStage> PlanOf(ChainRun run) => [.. run.Graph.Nodes.Where(node => node.IsStored).Select(run.Plan)];

    private ExperimentResult Result(ChainRun run)
    {
        var (cams, masks, segmentation, choices) = (run.Final(PipelineSlots.CamScores), run.Final(PipelineSlots.MaskScores), run.Final(PipelineSlots.SegmentationScores), run.Final(PipelineSlots.Choices) ?? run.Final(PipelineSlots.CamScores)?.Choices);
        return new ExperimentResult(experiment, cams?.Score, choices is { All.Count: > 0 } ? choices : null, Dataset.Skipped)
        {
            Thresholds = cams?.Thresholds ?? [],
            Chain = [.. masks?.Scores ?? [], .. segmentation?.Scores ?? []],
            Remarks = run.Final(PipelineSlots.StepMasks)?.Remarks.Sentences ?? [],
            Images =
            [
                .. cams is null ? Array.Empty<MeasuredImages>() : [new MeasuredImages(ChainScore.Cam, cams.Score.Split, Path.Combine(cams.Folder, ImageScore.FileOf(ChainScore.Cam)))],
                .. masks is null ? [] : MeasuredImages.Of(masks.Folder, masks.Scores),
                .. segmentation is null ? [] : MeasuredImages.Of(segmentation.Folder, segmentation.Scores),
            ],
            MasksFolder = run.Final(Slots.Masks)?.Folder,
            PredictionsFolder = segmentation?.Folder,
            Stages = context.Store.Finished,
            Inputs = run.Inputs(),
        };
    }

    private sealed class NoProgress : IStageProgress
    {
        public void Expect(long total, string unit, long done)
        {
        }

        public void Advance(long amount, string? note)
        {
        }
    }
}
