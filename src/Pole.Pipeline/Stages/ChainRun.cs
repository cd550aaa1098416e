using Pole.Compute;
using Pole.Pipeline.Artifacts;

namespace Pole.Pipeline.Stages;

/// <summary>A graph with data, machine and store: knows the keys, makes results, and holds what is open between stages.</summary>
/// <param name="dataset">Prepared.</param>
internal sealed class ChainRun(StageGraph graph, Func<IDataset> dataset, DataContent data, RunContext context) : IDisposable
{
    private readonly Dictionary<StageNode, StageKey> keys = [];
    private readonly Dictionary<StageNode, string> folders = [];
    private readonly Dictionary<(StageNode Node, Slot Slot), object> opened = [];

    public StageGraph Graph => graph;

    public IDataset Dataset => dataset();

    /// <exception cref="ExperimentException">Data or weights are missing.</exception>
    public StageKey KeyOf(StageNode node)
    {
        if (keys.TryGetValue(node, out var key)) return key;
        var reads = graph.Reads(node);
        // Weights first: what is missing of them is found before images are read.
        var weights = Weights(node);
        var content = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var input in node.Stage.Data.Where(input => input.When?.Invoke(node.Spec) ?? true))
        foreach (var (name, digest) in data.Of(input.Split?.Invoke(node.Spec, Dataset), input.Parts)) content[name] = digest;
        var upstream = node.Upstream.ToDictionary(other => other.Name, other => KeyOf(other) is var own && other.IsStored ? own.Hash : (object)own, StringComparer.Ordinal);
        return keys[node] = new StageKey(node.Name, node.Stage.Version, reads, content, weights, upstream);
    }

    public int? ImagesOf(StageNode node) => node.Stage is ImageStage images ? Dataset.Samples(images.SplitOf(node.Spec, Dataset)).Count : null;

    public PlannedStage Plan(StageNode node) => new(node.Name, KeyOf(node).Hash, [.. node.StoredUpstream.Select(other => KeyOf(other).Hash)], ImagesOf(node), context.Store.IsStored(KeyOf(node)));

    /// <summary>Makes stages in their order, those that are not stored. Sources that something waits for are opened in their place: a judge whose weights are damaged ends the run before an hour of training.</summary>
    public void Produce(IReadOnlyList<StageNode> nodes)
    {
        foreach (var node in nodes) KeyOf(node);
        context.Progress.Begin(graph.Experiment.Name, [.. nodes.Where(node => node.IsStored).Select(node => node.Name)]);
        foreach (var (node, place) in nodes.Select((node, place) => (node, place)))
        {
            if (node.IsStored) Produce(node, null);
            else if (nodes.Any(later => later.IsStored && later.Upstream.Contains(node) && !context.Store.IsStored(KeyOf(later)))) foreach (var fill in node.Stage.Fills) Open(node, fill.Slot);
            CloseUnless(nodes.Skip(place + 1).SelectMany(later => later.Taken));
        }
    }

    /// <returns>False where this shard is done, and others are not.</returns>
    public bool Produce(StageNode node, ImageShard? shard)
    {
        TorchCompute.Apply(graph.Experiment);
        var (key, run) = (KeyOf(node), new NodeRun(this, node, context));
        var folder = node.Stage is ImageStage images
            ? context.Store.GetOrProduceByImages(key, ImagesOf(node)!.Value, shard, blocks => images.Produce(Opened(run, node), blocks), blocks => images.Merge(run, blocks))
            : context.Store.GetOrProduce(key, work => node.Stage.Produce(Opened(run, node), work));
        if (folder is null) return false;
        folders[node] = folder;
        return true;
    }

    /// <summary>Finds stored results, without making any.</summary>
    /// <returns>The first that is missing or damaged, and why; null where all are there.</returns>
    public (StageNode Node, string Fault)? FindStored(IEnumerable<StageNode> nodes)
    {
        foreach (var node in nodes.Where(node => node.IsStored && !folders.ContainsKey(node)))
        {
            var (folder, fault) = context.Store.Find(KeyOf(node));
            if (folder is null) return (node, fault!);
            folders[node] = folder;
        }

        return null;
    }

    /// <summary>Of a result that was found or made.</summary>
    public string FolderOf(StageNode node) => folders[node];

    /// <summary>Digests of all data and weights that stages read, by name.</summary>
    public IReadOnlyDictionary<string, string> Inputs() => new SortedDictionary<string, string>(
        keys.Values.SelectMany(key => key.Data.Concat(key.Weights.Select(file => KeyValuePair.Create($"weights {file.Key}", file.Value)))).DistinctBy(input => input.Key).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>Puts the results together whose blocks other runs did.</summary>
    public void Merge(IEnumerable<StageNode> nodes)
    {
        TorchCompute.Apply(graph.Experiment);
        foreach (var node in nodes)
            if (node.Stage is ImageStage images && !context.Store.IsStored(KeyOf(node)))
                context.Store.MergeByImages(KeyOf(node), ImagesOf(node)!.Value, blocks => images.Merge(new NodeRun(this, node, context), blocks));
    }

    /// <summary>What a slot holds at the end of the chain; default where the experiment does not fill it.</summary>
    public T? Final<T>(Slot<T> slot) where T : notnull => graph.Filling(slot) is { } node ? (T)Open(node, slot) : default;

    public object Open(StageNode node, Slot slot)
    {
        if (opened.TryGetValue((node, slot), out var value)) return value;
        TorchCompute.Apply(graph.Experiment);
        var folder = node.IsStored ? folders[node] : "";
        return opened[(node, slot)] = node.Stage.Fills.First(fill => fill.Slot == slot).Open(new NodeRun(this, node, context), folder);
    }

    public void Dispose() => CloseUnless([]);

    /// <summary>Networks are opened before the stage begins: what is opened in one of its dispose scopes would end with that.</summary>
    private NodeRun Opened(NodeRun run, StageNode node)
    {
        foreach (var (slot, source) in node.Taken) Open(source, slot);
        return run;
    }

    /// <summary>What a source gives holds on to what it takes itself: that stays as long.</summary>
    private void CloseUnless(IEnumerable<KeyValuePair<Slot, StageNode>> needed)
    {
        var kept = new HashSet<(StageNode Node, Slot Slot)>();
        var waiting = new Queue<KeyValuePair<Slot, StageNode>>(needed);
        while (waiting.TryDequeue(out var taken))
            if (kept.Add((taken.Value, taken.Key)) && !taken.Value.IsStored) foreach (var below in taken.Value.Taken) waiting.Enqueue(below);
        foreach (var (place, value) in opened.Where(entry => !kept.Contains(entry.Key)).ToList())
        {
            opened.Remove(place);
            (value as IDisposable)?.Dispose();
        }
    }

    private SortedDictionary<string, string> Weights(StageNode node)
    {
        var (weights, read) = (new SortedDictionary<string, string>(StringComparer.Ordinal), new StageWeights(graph, node));
        foreach (var path in read.Files(context.Modules)) weights[NameOf(path)] = context.Digests.Of(path);
        foreach (var folder in read.Folders(context.Modules)) weights[$"{NameOf(folder)}/"] = DigestOfFolder(folder);
        return weights;

        string NameOf(string path) => context.Modules.WeightsFolder is { } folder ? Path.GetRelativePath(folder, path).Replace('\\', '/') : path;
    }

    /// <summary>Kept with the digest of each file, so that a difference can be named.</summary>
    private string DigestOfFolder(string folder)
    {
        var files = FileTree.Files(folder).Order(StringComparer.Ordinal).ToList();
        return context.Contents.Keep(files.Zip(context.Digests.Of([.. files.Select(file => Path.Combine(folder, file))], null, context.Cancellation)));
    }
}

/// <summary>A stage of a chain at work.</summary>
internal sealed class NodeRun(ChainRun chain, StageNode node, RunContext context) : StageRun
{
    public override StageSpec Spec => node.Spec;

    public override IDataset Dataset => chain.Dataset;

    public override ModuleContext Modules => context.Modules;

    public override CancellationToken Cancellation => context.Cancellation;

    public override CheckpointInterval Checkpoints => context.Checkpoints;

    public override ITrainingObserver? Observer => context.Observer;

    public override IReadOnlyList<ISample> Samples(string split)
    {
        var declared = node.Stage.Data.Where(input => (input.When?.Invoke(node.Spec) ?? true) && input.Split?.Invoke(node.Spec, chain.Dataset) == split).ToList();
        if (declared.Count == 0) throw new InvalidOperationException($"the stage '{node.Name}' reads the split {split}, which is not among its {nameof(Stage.Data)}");
        var parts = declared.Aggregate(SampleParts.None, (all, input) => all | input.Parts);
        return [.. chain.Dataset.Samples(split).Select(sample => new DeclaredSample(sample, parts, node.Name))];
    }

    public override bool Holds(Slot slot) => node.Taken.ContainsKey(slot);

    public override T Take<T>(Slot<T> slot) => node.Taken.TryGetValue(slot, out var source) ? (T)chain.Open(source, slot)
        : throw new InvalidOperationException($"the stage '{node.Name}' takes {slot.Name}, which is not among its {nameof(Stage.Takes)}");
}
