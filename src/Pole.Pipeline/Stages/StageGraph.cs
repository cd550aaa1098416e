namespace Pole.Pipeline.Stages;

/// <summary>A stage of an experiment and what it stands on.</summary>
/// <param name="Name">The stage's, with a number where the experiment has it more than once.</param>
/// <param name="Taken">Which stage fills each slot that it takes.</param>
public sealed record StageNode(Stage Stage, string Name, StageSpec Spec, object? Options, bool IsStored, IReadOnlyDictionary<Slot, StageNode> Taken)
{
    public IEnumerable<StageNode> Upstream => Taken.Values.Distinct();

    /// <summary>The stored results among what it builds on, directly or through sources.</summary>
    public IEnumerable<StageNode> StoredUpstream => Upstream.SelectMany(node => node.IsStored ? [node] : node.StoredUpstream).Distinct();

    public override string ToString() => Name;
}

/// <summary>
/// The stages of an experiment: the only place that knows the chain. Keys, plans, runs, differences between specs and documents are questions to it.
/// </summary>
public sealed class StageGraph
{
    /// <summary>A launch has steps of these names, and a run a part of its own before the first stage.</summary>
    private static readonly string[] Reserved = ["data", "points", "report"];

    private readonly Experiment experiment;
    private readonly Dictionary<Slot, StageNode> filled = [];
    private readonly List<StageNode> nodes = [];
    private readonly Dictionary<StageNode, string> specKeys = [];

    private StageGraph(Experiment experiment, IReadOnlyList<Stage> chain)
    {
        this.experiment = experiment;
        var all = chain.Where(stage => stage.AppliesTo(experiment)).Select(stage => (Stage: stage, Options: (object?)null)).ToList();
        foreach (var options in experiment.Stages ?? []) Insert(all, options);
        foreach (var (stage, options) in all) Add(stage, options);
    }

    /// <summary>Every stage that is built in, in the order of the chain.</summary>
    public static IReadOnlyList<Stage> Chain { get; } =
    [
        new PretrainedClipStage(), new PretrainedJudgeStage(), new PublishedClipStage(), new AlignmentStage(), new AlignedClipStage(), new BaselineStage(), new ImportedBaselineStage(), new TrainingFreeCamStage(), new CamSourceStage(), new MaskedFeaturesStage(), new SelectionStage(), new ClimsStage(), new CamSourceStage(),
        new EvaluationStage(), new ConfidentLabelsStage(), new AffinityStage(), new PseudoMaskStage(), new MaskEvaluationStage(), new SegmentationStage(), new SegmentationEvaluationStage(),
    ];

    public Experiment Experiment => experiment;

    /// <summary>In an order in which each comes after those that it builds on.</summary>
    public IReadOnlyList<StageNode> Nodes => nodes;

    /// <summary>Names of the built-in stages that store results, in the order of the chain.</summary>
    public static IReadOnlyList<string> Names => [.. Chain.Where(stage => stage is not SourceStage).Select(stage => stage.Name).Distinct()];

    /// <exception cref="ExperimentException">A stage of the spec's list takes what no stage before it gives, or is called otherwise than its module.</exception>
    public static StageGraph Of(Experiment experiment) => new(experiment, Chain);

    /// <summary>The same from other stages in place of some: <paramref name="sources"/> stand where the built-in stages that fill their slots end.</summary>
    internal static StageGraph Of(Experiment experiment, params IReadOnlyList<SourceStage> sources)
    {
        var replaced = sources.SelectMany(source => source.Fills).Select(fill => fill.Slot).ToList();
        var chain = Chain.ToList();
        foreach (var source in sources)
        {
            var last = chain.FindLastIndex(stage => stage.Fills.Any(fill => source.Fills.Any(own => own.Slot == fill.Slot)));
            chain[last] = source;
        }

        return new StageGraph(experiment, [.. chain.Where(stage => sources.Contains(stage) || !stage.Fills.Any(fill => replaced.Contains(fill.Slot)))]);
    }

    /// <summary>The stage that fills a slot at the end of the chain; null where none does.</summary>
    public StageNode? Filling(Slot slot) => filled.GetValueOrDefault(slot);

    /// <exception cref="ExperimentException">The experiment has no such stage.</exception>
    public StageNode Find(string stage) => nodes.FirstOrDefault(node => node.IsStored && node.Name == stage)
        ?? throw new ExperimentException($"{experiment.Name} has no stage '{stage}'; it has {string.Join(", ", nodes.Where(node => node.IsStored))}");

    /// <summary>A node and everything that it builds on, in the order of the chain.</summary>
    public IReadOnlyList<StageNode> Through(params IEnumerable<StageNode> ends)
    {
        var needed = new HashSet<StageNode>();
        var open = new Stack<StageNode>(ends);
        while (open.TryPop(out var node))
            if (needed.Add(node)) foreach (var upstream in node.Upstream) open.Push(upstream);
        return [.. nodes.Where(needed.Contains)];
    }

    /// <summary>Names of the stages of an experiment whose keys are others than those of another experiment's stage of the same name, in the order of the chain; what data and weights hold is left out.</summary>
    public static IReadOnlyList<string> Affected(Experiment before, Experiment after) => StageSpecKey.Affected(SpecKeys(before), SpecKeys(after));

    /// <summary>Of the stages that store results, in the order of the chain.</summary>
    public static IReadOnlyList<StageSpecKey> SpecKeys(Experiment experiment)
    {
        var graph = Of(experiment);
        return [.. graph.nodes.Where(node => node.IsStored).Select(node => new StageSpecKey(node.Name, graph.SpecKey(node)))];
    }

    /// <summary>The values of the spec that are part of a stage's own key.</summary>
    internal IReadOnlyDictionary<string, object?> Reads(StageNode node)
    {
        var reads = node.Stage.Reads.Select(value => (value.Name, value.IsOmittedWhenNull, Value: value.In(experiment))).Where(read => read.Value is not null || !read.IsOmittedWhenNull)
            .ToDictionary(read => read.Name, read => read.Value, StringComparer.Ordinal);
        if (node.Stage.Data.Count > 0) reads[nameof(experiment.Dataset).ToLowerInvariant()] = experiment.Dataset;
        if (experiment.Compute is { } compute) reads[nameof(experiment.Compute).ToLowerInvariant()] = compute;
        if (node.Options is { } options) reads[$"stages.{node.Name}"] = options;
        return reads;
    }

    private string SpecKey(StageNode node) => specKeys.TryGetValue(node, out var known) ? known : specKeys[node] =
        CanonicalSpec.Fingerprint(new object[] { node.Stage.Name, node.Stage.Version, Reads(node), node.Taken.OrderBy(taken => taken.Key.Name, StringComparer.Ordinal).Select(taken => SpecKey(taken.Value)).ToList() });

    /// <summary>After the last stage that fills one of the slots that it takes, and after those of the list that are there already.</summary>
    private void Insert(List<(Stage Stage, object? Options)> all, IModuleOptions<Stage> options)
    {
        var stage = options.Create(ModuleContext.None);
        RequireOwnName(stage, options);
        if (!stage.AppliesTo(experiment)) return;
        var taken = stage.Takes.Where(taken => taken.When?.Invoke(experiment) ?? true).Select(taken => taken.Slot).ToList();
        if (taken.FirstOrDefault(slot => !all.Any(other => other.Stage.Fills.Any(fill => fill.Slot == slot))) is { } missing)
            throw new ExperimentException($"{experiment.Name}: the stage '{stage.Name}' takes {missing.Name}, which no stage of the experiment gives");
        var place = taken.Count == 0 ? 0 : 1 + all.FindLastIndex(other => other.Stage.Fills.Any(fill => taken.Contains(fill.Slot)));
        while (place < all.Count && all[place].Options is not null) place++;
        all.Insert(place, (stage, options));
    }

    /// <summary>Specs and machine profiles name the module, folders and reports the stage: they must be one name, and no other stage's.</summary>
    private void RequireOwnName(Stage stage, IModuleOptions<Stage> options)
    {
        var module = PoleModuleAttribute.NameOf(options);
        if (module != stage.Name) throw new ExperimentException($"{experiment.Name}: the module '{module}' makes a stage that calls itself '{stage.Name}'; {options.GetType().Name} and {stage.GetType().Name} have to say one name");
        if (Reserved.Contains(module) || Chain.Any(other => other.Name == module)) throw new ExperimentException($"{experiment.Name}: '{module}' is the name of a stage that is built in; {options.GetType().Name} needs another");
    }

    private void Add(Stage stage, object? options)
    {
        var taken = stage.Takes.Where(taken => taken.When?.Invoke(experiment) ?? true).Select(taken => taken.Slot).Where(filled.ContainsKey).ToDictionary(slot => slot, slot => filled[slot]);
        var name = Enumerable.Range(1, nodes.Count + 1).Select(use => use == 1 ? stage.Name : $"{stage.Name}-{use}").First(candidate => nodes.All(other => other.Name != candidate));
        var node = new StageNode(stage, name, new StageSpec(experiment, stage.Name, stage.Reads), options, stage.IsStored(experiment), taken);
        nodes.Add(node);
        foreach (var fill in stage.Fills) filled[fill.Slot] = node;
    }
}
